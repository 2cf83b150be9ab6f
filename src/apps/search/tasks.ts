import { lt, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { every } from "#lib/jobs.ts";
import { searches } from "./schema.ts";

/** What was searched for is kept for a year and a month, to compare with the same month of last year. */
const keptDays = 396;

export const pruneSearches = every("search.prune-searches", "40 3 * * *", {}, async ({ slot }) => {
  const day = slot.toISOString().slice(0, 10);
  await db.delete(searches).where(lt(searches.day, sql`${day}::date - ${keptDays}::int`));
});
