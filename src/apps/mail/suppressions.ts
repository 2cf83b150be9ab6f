import { and, asc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { mailAddress } from "#lib/mail/headers.ts";
import type { MailList } from "#lib/mail/template.ts";
import { mailLists, optOuts, suppressions } from "./schema.ts";
import type { Subscriber } from "./links.ts";

/** Every list but the transactional mail. */
export const everything = "*";

/** Why nothing of this list is sent to an address; undefined when it may be. `list` is null for transactional mail. */
export async function whyNot(address: string, list: string | null): Promise<string | undefined> {
  const [row] = (await db.execute<{ why: string | null }>(sql`select ${whyNotSql(sql`${address}`, list)} as why`)).rows;
  return row?.why ?? undefined;
}

/** The same as an expression: the reason, or null. */
export function whyNotSql(address: SQL, list: string | null): SQL {
  const suppressed = sql`(select 'suppressed: ' || reason from ${suppressions} known where known.address = ${address})`;
  if (list === null) return suppressed;
  return sql`coalesce(${suppressed}, (
    select 'has left the list' from ${optOuts} known
    where known.address = ${address} and known.list in (${list}, ${everything}) limit 1))`;
}

/** Sends nothing more to an address. What is known already stays as it was first told. */
export async function suppress(
  address: string,
  about: { reason: "bounce" | "complaint" | "by hand"; detail?: string; since?: Date },
): Promise<void> {
  const row = { address, reason: about.reason, detail: about.detail ?? "", since: about.since ?? new Date() };
  await db.insert(suppressions).values(row).onConflictDoNothing();
}

/** Takes an address off the list; whether it was on it. */
export async function unsuppress(text: string): Promise<boolean> {
  const address = mailAddress(text) ?? text;
  const gone = await db.delete(suppressions).where(eq(suppressions.address, address)).returning();
  return gone.length > 0;
}

/** Leaves a list, or everything. Doing it twice is doing it once. */
export async function unsubscribe({ address, list }: Subscriber): Promise<void> {
  await db.insert(optOuts).values({ address, list }).onConflictDoNothing();
}

export interface Preference extends MailList {
  wanted: boolean;
}

/** Every list that has sent something, and whether this address wants it. */
export async function listPreferences(address: string): Promise<Preference[]> {
  const lists = await db.select().from(mailLists).orderBy(asc(mailLists.title));
  const left = new Set(await listsLeft(address));
  return lists.map((list) => ({ ...list, wanted: !left.has(list.name) && !left.has(everything) }));
}

async function listsLeft(address: string): Promise<string[]> {
  const rows = await db.select({ list: optOuts.list }).from(optOuts).where(eq(optOuts.address, address));
  return rows.map(({ list }) => list);
}

/** Saves which of the known lists an address wants. Wanting none of them is wanting nothing that will come either. */
export async function savePreferences(address: string, wanted: ReadonlySet<string>): Promise<void> {
  await atomic(async () => {
    const names = (await db.select({ name: mailLists.name }).from(mailLists)).map(({ name }) => name);
    const left = names.filter((name) => !wanted.has(name));
    if (left.length === names.length) left.push(everything);
    const returned = [...names, everything].filter((name) => !left.includes(name));
    if (returned.length > 0) {
      await db.delete(optOuts).where(and(eq(optOuts.address, address), inArray(optOuts.list, returned)));
    }
    const rows = left.map((list) => ({ address, list }));
    if (rows.length > 0) await db.insert(optOuts).values(rows).onConflictDoNothing();
  });
}

/** Lets the preferences know of a list. */
export async function rememberList({ name, title }: MailList): Promise<void> {
  const [known] = await db.select().from(mailLists).where(eq(mailLists.name, name));
  if (known?.title === title) return;
  await db.insert(mailLists).values({ name, title }).onConflictDoUpdate({ target: mailLists.name, set: { title } });
}
