import type { Html } from "#lib/jsx/jsx-runtime.ts";

const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A day that machines can read too: `3 Nov 2026`. */
export function Day({ at }: { at: Date }): Html {
  return <time datetime={at.toISOString()}>{format.format(at)}</time>;
}
