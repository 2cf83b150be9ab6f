import { watchedLimit } from "#lib/limits/watched.ts";

/** Pictures come by the dozen with each page, and cost little. */
export const looking = watchedLimit("pictures by address", {
  points: 20_000,
  perSeconds: 10,
  by: "address",
  because: "Too many pictures were asked for from your connection.",
});
