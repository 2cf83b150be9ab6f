import type { Html } from "#lib/jsx/jsx-runtime.ts";

const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A day that machines can read too: `3 Nov 2026`. */
export function Day({ at }: { at: Date }): Html {
  return <time datetime={at.toISOString()}>{format.format(at)}</time>;
}

/** How long something takes: `8 min`, `2 h 48 min`. */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
