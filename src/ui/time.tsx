import type { Html } from "#lib/jsx/jsx-runtime.ts";

// Intl takes as long for a date as a small component does for a card, and a page has a dozen.
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A day that machines can read too: `3 Nov 2026`. */
export function Day({ at }: { at: Date }): Html {
  return (
    <time datetime={at.toISOString()}>{`${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`}</time>
  );
}

/** How long something takes: `8 min`, `2 h 48 min`. */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
