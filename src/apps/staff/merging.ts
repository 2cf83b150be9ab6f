import { eq, inArray, sql, type SQL } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { accountsMerged } from "#apps/accounts/events.ts";
import { notifyOwner } from "#apps/accounts/notices.tsx";
import { isLastOwner, listRolesOf, mayActOn } from "#apps/accounts/roles.ts";
import { passkeys, recoveryCodes, users, type User } from "#apps/accounts/schema.ts";
import { noOrigin, recordEvent, type Origin } from "#apps/accounts/security-events.ts";
import { endSessions } from "#apps/accounts/sessions.ts";
import { dropTokens } from "#apps/accounts/tokens.ts";

/** A column of some table that says whose a row is. */
export interface Reference {
  table: string;
  column: string;
  /** What must not be twice, for each rule: the columns or expressions beside this one, and for which rows. */
  rules: { keys: string[]; where: string | null }[];
}

/** Every column that points at an account, as Postgres knows them: a table that is added later is among them. */
export async function listReferences(): Promise<Reference[]> {
  const { rows } = await db.execute<{ table: string; column: string; rules: Reference["rules"] }>(sql`
    select c.conrelid::regclass::text as "table", a.attname as "column",
      coalesce((
        select jsonb_agg(jsonb_build_object('where', pg_get_expr(i.indpred, i.indrelid), 'keys', (
          select coalesce(jsonb_agg(pg_get_indexdef(i.indexrelid, n, true)), '[]')
          from generate_series(1, i.indnkeyatts) as n where i.indkey[n - 1] <> a.attnum)))
        from pg_index i where i.indrelid = c.conrelid and i.indisunique and a.attnum = any (i.indkey)), '[]') as rules
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'users'::regclass
    order by 1, 2`);
  return rows;
}

/** How many rows of each kind two accounts have; kinds of which neither has any are left out. */
export async function countRows(kept: User, other: User): Promise<{ table: string; kept: number; other: number }[]> {
  const counts = (await listReferences())
    .filter(({ column }) => column === "user_id")
    .map(
      ({ table, column }) => sql`select ${table}::text as "table",
        count(*) filter (where ${name(column)} = ${kept.id})::integer as kept,
        count(*) filter (where ${name(column)} = ${other.id})::integer as other
        from ${sql.raw(table)} where ${name(column)} in (${kept.id}, ${other.id})`,
    );
  const { rows } = await db.execute<{ table: string; kept: number; other: number }>(
    sql`select * from (${sql.join(counts, sql` union all `)}) as counts where kept + other > 0 order by 1`,
  );
  return rows;
}

/** Why these two accounts cannot become one, in a sentence. */
export async function sayWhyNotMerge(viewer: Viewer, kept: User, other: User): Promise<string | undefined> {
  if (kept.id === other.id) return "These are one account already.";
  if (kept.id === viewer.id || other.id === viewer.id) return "Nobody merges their own account: ask a colleague.";
  if (kept.bannedAt ?? other.bannedAt) return "One of them is banned: lift the ban first.";
  if (kept.deletionAt ?? other.deletionAt) return "One of them is being deleted: its owner must withdraw that first.";
  if (await isLastOwner(other.id)) return "The last owner stays: keep that account, and merge the other into it.";
  for (const { id } of [kept, other]) {
    if (!(await mayActOn(viewer, id))) return "One of them may do more here than you.";
  }
  return undefined;
}

/**
 * Makes one account of two of one person: what belonged to the other belongs to the kept one, unless that has the same
 * already, and the other is deleted. Both are signed out and told by mail. What is good for the other account alone goes
 * with it: sessions, links in mails, recovery codes, and passkeys, which name the account that they were made for.
 * Answers why not, in a sentence.
 */
export async function mergeAccounts(
  viewer: Viewer,
  { kept, other }: { kept: User; other: User },
  origin: Origin,
): Promise<string | undefined> {
  return await atomic(async () => {
    await db
      .select({ id: users.id })
      .from(users)
      .where(inArray(users.id, [kept.id, other.id]))
      .orderBy(users.id)
      .for("update");
    const problem = await sayWhyNotMerge(viewer, kept, other);
    if (problem !== undefined) return problem;
    const roles = (await listRolesOf(other.id)).map((role) => role.name).join(", ");
    for (const { id } of [kept, other]) {
      await endSessions(id);
      await dropTokens(id);
    }
    await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, other.id));
    await db.delete(passkeys).where(eq(passkeys.userId, other.id));
    for (const reference of await listReferences()) await moveRows(reference, { from: other.id, to: kept.id });
    // What was left because the kept account has the same goes as its foreign key says.
    await db.delete(users).where(eq(users.id, other.id));
    const details = { address: other.address, name: other.name, id: other.id, ...(roles !== "" && { roles }) };
    await recordEvent("merged", { userId: kept.id, actorId: viewer.id, details }, origin);
    await accountsMerged.emit({ userId: kept.id, formerId: other.id });
    const detail = `${other.address} is part of the account of ${kept.address} now: sign in with that.`;
    await notifyOwner(kept, "merged", noOrigin, { detail });
    await notifyOwner(other, "merged", noOrigin, { detail });
    return undefined;
  });
}

async function moveRows({ table, column, rules }: Reference, { from, to }: { from: number; to: number }) {
  const isFree = rules.map(({ keys, where }) => {
    const same = sql`select ${keys.length === 0 ? sql`1` : sql.raw(keys.join(", "))} from ${sql.raw(table)}
      where ${name(column)} = ${to} ${where === null ? sql`` : sql.raw(`and (${where})`)}`;
    const key = keys.length === 0 ? sql`1` : sql.raw(`(${keys.join(", ")})`);
    return where === null
      ? sql`and (${key} in (${same})) is not true`
      : sql`and (not (${sql.raw(where)}) or (${key} in (${same})) is not true)`;
  });
  await db.execute(
    sql`update ${sql.raw(table)} set ${name(column)} = ${to} where ${name(column)} = ${from} ${sql.join(isFree, sql` `)}`,
  );
}

function name(column: string): SQL {
  return sql`${sql.identifier(column)}`;
}
