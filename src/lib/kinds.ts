import type { EntryHandler } from "./app.ts";

/** Which app answers for entries of a kind, and how it shows them. */
export interface Kind {
  app: string;
  show: EntryHandler;
}

let known: ReadonlyMap<string, Kind> | undefined;

/** Takes note of what the apps declare. */
export function knowKinds(
  apps: readonly { name: string; entries?: Readonly<Record<string, EntryHandler>> }[],
): ReadonlyMap<string, Kind> {
  known = new Map(
    apps.flatMap(({ name, entries = {} }) =>
      Object.entries(entries).map(([kind, show]) => [kind, { app: name, show }]),
    ),
  );
  return known;
}

/** All kinds of entries. Throws when nobody has said which there are. */
export function knownKinds(): ReadonlyMap<string, Kind> {
  if (known === undefined) throw new Error("Nobody has said which kinds of entries there are: import apps.ts.");
  return known;
}
