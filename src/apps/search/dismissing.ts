import { eq, gt, and, gte, isNull, desc, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { dismissedSearches, searches } from "./schema.ts";
import type { SearchCount } from "./counting.ts";

/** What was asked in vain in the last days and has not been dismissed, the most frequent first. */
export async function listMissed({ days, limit }: { days: number; limit: number }): Promise<SearchCount[]> {
  const times = sql<number>`sum(${searches.times})::int`;
  const empty = sql<number>`sum(${searches.empty})::int`;
  return await db
    .select({
      query: searches.query,
      times,
      empty,
      lastAt: sql<Date>`max(${searches.lastAt})`.mapWith(searches.lastAt),
    })
    .from(searches)
    .leftJoin(dismissedSearches, eq(dismissedSearches.query, searches.query))
    .where(
      and(gte(searches.day, sql`current_date - ${days}::int`), gt(searches.empty, 0), isNull(dismissedSearches.query)),
    )
    .groupBy(searches.query)
    .orderBy(desc(empty), searches.query)
    .limit(limit);
}

/** Leaves a question out of what was asked in vain, for good. */
export async function dismissSearch(query: string): Promise<void> {
  await db.insert(dismissedSearches).values({ query }).onConflictDoNothing();
}

/** Lists it again. */
export async function recallSearch(query: string): Promise<void> {
  await db.delete(dismissedSearches).where(eq(dismissedSearches.query, query));
}

export async function listDismissed(limit: number): Promise<string[]> {
  const rows = await db.select().from(dismissedSearches).orderBy(desc(dismissedSearches.at)).limit(limit);
  return rows.map(({ query }) => query);
}
