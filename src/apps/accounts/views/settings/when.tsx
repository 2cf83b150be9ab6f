import type { Html } from "#lib/jsx/jsx-runtime.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment by the owner's own clock: `27 Nov 2026, 09:12`. */
export function When({ at, timeZone }: { at: Date; timeZone: string }): Html {
  return <time datetime={at.toISOString()}>{formatFor(timeZone).format(at)}</time>;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone });
  formats.set(timeZone, made);
  return made;
}
