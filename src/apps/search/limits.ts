import { allOf, watchedLimit } from "#lib/limits/watched.ts";

/** What may be searched for: a class that types all at once asks some hundred times in ten seconds. */
export const searching = allOf(
  watchedLimit("searches by address", {
    points: 400,
    perSeconds: 10,
    by: "address",
    because: "Too much was searched for from your connection.",
  }),
  watchedLimit("searches by network", {
    points: 1200,
    perSeconds: 10,
    by: "network",
    because: "Too much was searched for from your network.",
  }),
);
