import { and, asc, countDistinct, eq, exists, isNull, sql, type SQL } from "drizzle-orm";
import type { Person } from "#apps/accounts/profiles.ts";
import { profiles, users } from "#apps/accounts/schema.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { isPublished } from "./entries.ts";
import { credits, entries } from "./schema.ts";

const isCredited = exists(
  db
    .select({ one: sql`1` })
    .from(credits)
    .where(eq(credits.profileId, profiles.id)),
);

const hasOpenAccount = exists(
  db
    .select({ one: sql`1` })
    .from(users)
    .where(and(eq(users.id, profiles.userId), isNull(users.bannedAt), isNull(users.deletionAt))),
);

/** The profile of somebody who works on what there is to read; throws NotFound for a name that nobody of them has. */
export async function getPerson(slug: string): Promise<Person> {
  return await getBySlug(slug, isCredited);
}

/** The profile of a reader who wants to be seen, and whether they write as well; throws NotFound for any other. */
export async function getReader(slug: string): Promise<Person & { isCredited: boolean }> {
  const reader = await getBySlug(slug, and(hasOpenAccount, eq(profiles.isPublic, true)));
  return { ...reader, isCredited: (await db.$count(credits, eq(credits.profileId, reader.id))) > 0 };
}

async function getBySlug(slug: string, who: SQL | undefined): Promise<Person> {
  const [row] = await db
    .select({ profile: profiles, portrait: media })
    .from(profiles)
    .leftJoin(media, eq(media.hash, profiles.portrait))
    .where(and(eq(profiles.slug, slug), who));
  if (row === undefined) throw new NotFound(`Nobody here is called "${slug}".`);
  return { ...row.profile, portrait: row.portrait };
}

/** Everybody who worked on something that is published, by name, with how many entries that were. */
export async function listPeople(): Promise<(Person & { entries: number })[]> {
  const rows = await db
    .select({ profile: profiles, portrait: media, entries: countDistinct(entries.id) })
    .from(profiles)
    .innerJoin(credits, eq(credits.profileId, profiles.id))
    .innerJoin(entries, and(eq(entries.id, credits.entryId), isPublished, eq(entries.listed, true)))
    .leftJoin(media, eq(media.hash, profiles.portrait))
    .groupBy(profiles.id, media.id)
    .orderBy(sql`lower(${profiles.name})`, asc(profiles.id));
  return rows.map((row) => ({ ...row.profile, portrait: row.portrait, entries: row.entries }));
}
