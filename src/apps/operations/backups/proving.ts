import { and, desc, eq, isNotNull, lte, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { searchEntries } from "#apps/search/search.ts";
import { withClient } from "#lib/backup/database.ts";
import { db, elsewhere } from "#lib/db.ts";
import { needsRehash, verifyPassword } from "#lib/passwords.ts";
import { anonymous } from "#lib/viewer.ts";

/** Asks a restored copy what readers will ask of it. Answers what is wrong. */
export async function proveUse(url: string): Promise<string[]> {
  return await withClient(url, async (client) => {
    await client.query("begin");
    return await elsewhere(client, async () => [...(await search()), ...(await signIn())]);
  });
}

/** The newest entry that everybody may read is found by its title. */
async function search(): Promise<string[]> {
  const isPublic = and(
    isNotNull(entries.publishedAt),
    lte(entries.publishedAt, sql`now()`),
    eq(entries.access, "public"),
  );
  const [newest] = await db.select().from(entries).where(isPublic).orderBy(desc(entries.publishedAt)).limit(1);
  if (newest === undefined) return [];
  const asked = { kinds: [], q: newest.title, order: "relevance", page: 1, limit: 50 } as const;
  const { results } = await searchEntries(anonymous, asked);
  return results.some(({ entry }) => entry.id === newest.id) ? [] : [`the search does not find “${newest.title}”`];
}

/** Hashes of passwords are such, and one can be asked; what it belongs to nobody knows. */
async function signIn(): Promise<string[]> {
  const rows = await db.select({ hash: users.passwordHash }).from(users).where(isNotNull(users.passwordHash));
  const hashes = rows.flatMap(({ hash }) => hash ?? []);
  try {
    for (const hash of hashes) needsRehash(hash);
    const [first] = hashes;
    if (first === undefined || !(await verifyPassword(first, "\0"))) return [];
  } catch {
    // Below.
  }
  return ["nobody could sign in: the hashes of passwords are none"];
}
