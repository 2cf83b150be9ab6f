import { allOf, watchedLimit } from "#lib/limits/watched.ts";

/**
 * What a reader may ask for that no cache answers: every page of a signed-in reader, forms, and the first look at a page.
 * An address stands for a whole school, and so much of it keeps one processor busy for a twentieth of the time.
 */
export const reading = allOf(
  watchedLimit("pages by address", {
    points: 1000,
    perSeconds: 10,
    by: "address",
    because: "Too many pages were asked for from your connection.",
  }),
  watchedLimit("pages by network", {
    points: 3000,
    perSeconds: 10,
    by: "network",
    because: "Too many pages were asked for from your network.",
  }),
);
