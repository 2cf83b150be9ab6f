import { and, asc, countDistinct, eq, sql } from "drizzle-orm";
import { profiles, type Profile } from "#apps/accounts/schema.ts";
import { media, type Media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { isPublished } from "./entries.ts";
import { credits, entries } from "./schema.ts";

/** A profile with its picture. */
export interface Person extends Omit<Profile, "portrait"> {
  portrait: Media | null;
}

/** Somebody's profile; throws NotFound for a name that nobody has. */
export async function getPerson(slug: string): Promise<Person> {
  const [row] = await db
    .select({ profile: profiles, portrait: media })
    .from(profiles)
    .leftJoin(media, eq(media.hash, profiles.portrait))
    .where(eq(profiles.slug, slug));
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
