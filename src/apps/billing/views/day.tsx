import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { dayOf } from "#apps/accounts/deletion.ts";

/** A day as its reader counts days: `3 March 2027`. */
export function Day({ at, timeZone }: { at: Date; timeZone: string }): Html {
  return <time datetime={at.toISOString()}>{dayOf(at, timeZone)}</time>;
}
