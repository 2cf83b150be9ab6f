import { and, desc, gt, gte, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { fold } from "#lib/search-text.ts";
import { searches } from "./schema.ts";

/** Who asks, kept in memory for a minute to tell one search typed letter by letter from many. */
export interface Asker {
  address: string;
  userAgent: string | undefined;
}

interface Asked {
  query: string;
  isEmpty: boolean;
  at: number;
  isCounted: boolean;
}

/** A question that is typed on within this time was not finished, in milliseconds. */
const typing = 4000;
/** The same question from the same address within this time is one search. */
const burst = 60_000;
const flushEvery = 5000;
/** Askers and questions kept in memory at most. */
const room = 10_000;

const asked = new Map<string, Asked>();
const counts = new Map<string, { times: number; empty: number }>();
let timer: NodeJS.Timeout | undefined;

/**
 * Counts a search for the author, without slowing it: it is written within seconds, together with others. What was
 * asked in the last seconds before a process is killed is lost. Robots and what looks like an address, a number or a
 * key of somebody are not counted.
 */
export function countSearch(asker: Asker, question: string, found: number, now = Date.now()): void {
  const query = fold(question).replace(/\s+/g, " ").trim().slice(0, 100);
  if (query === "" || robots.test(asker.userAgent ?? "bot") || isPersonal(query)) return;
  timer ??= setInterval(() => void flushSearches(), flushEvery).unref();
  const last = asked.get(asker.address);
  if (last !== undefined && last.query === query && now - last.at < burst) {
    last.at = now;
    return;
  }
  const isTypedOn = last !== undefined && now - last.at < typing && continues(last.query, query);
  if (last !== undefined && !isTypedOn) settle(last);
  if (asked.size < room || last !== undefined) {
    asked.set(asker.address, { query, isEmpty: found === 0, at: now, isCounted: false });
  }
}

const robots = /bot|crawl|spider|slurp|preview|monitor|headless|curl|wget|python-requests/i;

// An email address, a long number, or letters and digits mixed as in a key.
function isPersonal(query: string): boolean {
  if (/\d{8}/.test(query.replace(/[\s().-]/g, ""))) return true;
  return query.split(" ").some((word) => {
    const at = word.indexOf("@");
    if (at > 0 && word.includes(".", at)) return true;
    return word.length >= 20 && /\d/.test(word) && /\p{L}/u.test(word) && /^[\p{L}\p{N}+/=_.-]+$/u.test(word);
  });
}

function continues(before: string, after: string): boolean {
  return after.startsWith(before) || before.startsWith(after);
}

function settle(last: Asked): void {
  if (last.isCounted) return;
  last.isCounted = true;
  const known = counts.get(last.query) ?? { times: 0, empty: 0 };
  if (counts.size >= room && !counts.has(last.query)) return;
  counts.set(last.query, { times: known.times + 1, empty: known.empty + (last.isEmpty ? 1 : 0) });
}

/** Writes what was counted, at the end (`now` is infinite) all of it. What cannot be written is kept for the next time. */
export async function flushSearches(now = Date.now()): Promise<void> {
  for (const [address, last] of asked) {
    if (now - last.at >= typing) settle(last);
    if (now - last.at >= burst) asked.delete(address);
  }
  const rows = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (rows.length === 0) return;
  counts.clear();
  try {
    await db
      .insert(searches)
      .values(rows.map(([query, count]) => ({ query, ...count, day: sql`current_date`, lastAt: sql`now()` })))
      .onConflictDoUpdate({
        target: [searches.day, searches.query],
        set: {
          times: sql`${searches.times} + excluded.times`,
          empty: sql`${searches.empty} + excluded.empty`,
          lastAt: sql`excluded.last_at`,
        },
      });
  } catch (error) {
    log.warn({ error }, "searches could not be counted just now");
    for (const [query, count] of rows) counts.set(query, sumOf(count, counts.get(query)));
  }
}

function sumOf(
  one: { times: number; empty: number },
  other = { times: 0, empty: 0 },
): { times: number; empty: number } {
  return { times: one.times + other.times, empty: one.empty + other.empty };
}

export interface SearchCount {
  query: string;
  times: number;
  empty: number;
  lastAt: Date;
}

/** What was asked most in the last days; on demand only what found nothing. */
export async function listSearches(options: {
  days: number;
  onlyEmpty: boolean;
  limit: number;
}): Promise<SearchCount[]> {
  const times = sql<number>`sum(${searches.times})::int`;
  const empty = sql<number>`sum(${searches.empty})::int`;
  return db
    .select({
      query: searches.query,
      times,
      empty,
      lastAt: sql<Date>`max(${searches.lastAt})`.mapWith(searches.lastAt),
    })
    .from(searches)
    .where(
      and(
        gte(searches.day, sql`current_date - ${options.days}::int`),
        options.onlyEmpty ? gt(searches.empty, 0) : undefined,
      ),
    )
    .groupBy(searches.query)
    .orderBy(desc(options.onlyEmpty ? empty : times), searches.query)
    .limit(options.limit);
}
