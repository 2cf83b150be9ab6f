import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { db } from "#lib/db.ts";
import { changes } from "./schema.ts";

/**
 * Forgets what histories hold of an account that was deleted: from where its owner worked, what became of profiles that
 * are theirs no more, and what went along with other rows and belonged to them. What they did to others' rows stays.
 */
export async function forgetAccount(userId: number): Promise<void> {
  await db
    .update(changes)
    .set({ ip: "" })
    .where(and(isNull(changes.actorId), ne(changes.ip, "")));
  await db
    .update(changes)
    .set({ title: "", before: {}, after: {}, gone: [] })
    .where(
      and(
        eq(changes.model, "profiles"),
        sql`not exists (select from ${profiles} p where p.id::text = ${changes}.key and p.slug not like 'former-%')`,
      ),
    );
  const theirs = `$[*].rows[*] ? (@.user_id == ${userId})`;
  const found = await db
    .select({ id: changes.id, gone: changes.gone })
    .from(changes)
    .where(sql`${changes.gone} @? ${theirs}::jsonpath`);
  for (const { id, gone } of found) {
    const kept = gone.map(({ table, rows }) => ({ table, rows: rows.filter((row) => ownerOf(row) !== userId) }));
    await db.update(changes).set({ gone: kept }).where(eq(changes.id, id));
  }
}

function ownerOf(row: unknown): unknown {
  return typeof row === "object" && row !== null ? Reflect.get(row, "user_id") : undefined;
}
