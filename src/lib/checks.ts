import type { Check } from "./app.ts";

let known: readonly Check[] | undefined;

/** Takes note of the checks of all apps; answers them. Throws when two have one name. */
export function knowChecks(checks: readonly Check[]): readonly Check[] {
  const names = checks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two checks are called "${twice}".`);
  return (known = checks);
}

/** The checks of all apps. Throws when nobody has said which there are. */
export function knownChecks(): readonly Check[] {
  if (known === undefined) throw new Error("Nobody has said which checks there are: import apps.ts.");
  return known;
}
