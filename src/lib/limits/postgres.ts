import { getTableName, sql } from "drizzle-orm";
import type { QueryConfig } from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import { db, outsideTransaction } from "../db.ts";
import { storeOf } from "./flexible.ts";
import { limits } from "./schema.ts";
import type { Addition, Count, RemoteStore } from "./store.ts";

/**
 * Counts in the table `limits`, on the connection for what is saved outside of transactions. What expired more than an hour ago
 * is deleted every five minutes.
 */
export function openPostgres(): RemoteStore {
  const limiter = new RateLimiterPostgres({
    storeClient: { query: (query: QueryConfig) => outsideTransaction(() => db.$client.query(query)) },
    storeType: "pool",
    tableName: getTableName(limits),
    tableCreated: true,
    keyPrefix: "",
    points: 1,
    duration: 1,
  });
  const single = storeOf(limiter);
  return {
    ...single,
    add: (additions) => (additions.length === 1 ? single.add(additions) : addAll(additions)),
    probe: () => outsideTransaction(async () => void (await db.execute(sql`select 1`))),
    close: () => undefined,
  };
}

// As rate-limiter-flexible adds to one key, for many of them in one statement.
async function addAll(additions: readonly Addition[]): Promise<Count[]> {
  const now = Date.now();
  // Always in the same order, or two processes would wait for each other.
  const sorted = additions.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const column = <T>(of: (addition: Addition) => T): T[] => sorted.map(of);
  const { rows } = await outsideTransaction(() =>
    db.execute<{ key: string; points: number; expire: string }>(sql`
      insert into ${limits} (key, points, expire)
      select * from unnest(
        ${sql.param(column(({ key }) => key))}::text[],
        ${sql.param(column(({ points }) => points))}::int[],
        ${sql.param(column(({ seconds }) => now + seconds * 1000))}::bigint[]
      )
      on conflict (key) do update set
        points = case when ${limits.expire} <= ${now} then 0 else ${limits.points} end + excluded.points,
        expire = case when ${limits.expire} <= ${now} then excluded.expire else ${limits.expire} end
      returning key, points, expire
    `),
  );
  const counts = new Map(rows.map(({ key, points, expire }) => [key, { points, msLeft: Number(expire) - now }]));
  return additions.map(({ key, points, seconds }) => counts.get(key) ?? { points, msLeft: seconds * 1000 });
}
