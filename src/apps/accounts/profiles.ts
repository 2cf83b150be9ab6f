import { and, eq, isNull, like, ne, or } from "drizzle-orm";
import { media, type Media } from "#apps/media/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { errorCode } from "#lib/postgres/errors.ts";
import { slugify } from "#lib/url.ts";
import { profileChanged } from "./events.ts";
import { profiles, users, type Profile, type User } from "./schema.ts";

/** The profile with this slug; throws NotFound for one that nobody has. */
export async function getProfile(slug: string): Promise<Profile> {
  const [profile] = await db.select().from(profiles).where(eq(profiles.slug, slug));
  if (profile === undefined) throw new NotFound(`Nobody here is called "${slug}".`);
  return profile;
}

/** A profile with its picture. */
export interface Person extends Omit<Profile, "portrait"> {
  portrait: Media | null;
}

/** The profile of an account; most have none until their owner has filled it in. */
export async function findProfileOf(userId: number): Promise<Person | undefined> {
  const [row] = await db
    .select({ profile: profiles, portrait: media })
    .from(profiles)
    .leftJoin(media, eq(media.hash, profiles.portrait))
    .where(eq(profiles.userId, userId));
  return row && { ...row.profile, portrait: row.portrait };
}

export interface ProfileFields extends Pick<Profile, "name" | "headline" | "bio" | "links" | "isPublic"> {
  /** "" for one that is made of the name. */
  slug: string;
  timeZone: string;
  /** The content hash of a picture in `media`, null for none; left out, it stays as it is. */
  portrait?: string | null;
}

/**
 * Saves what somebody says of themselves, and announces it. False when the slug that they wish for is somebody else's;
 * then nothing is saved.
 */
export async function saveProfile(user: Pick<User, "id">, fields: ProfileFields): Promise<boolean> {
  const save = async (): Promise<true> => {
    const { timeZone, slug: wanted, ...shown } = fields;
    const slug = wanted === "" ? await freeSlug(user.id, shown.name) : wanted;
    await db.update(users).set({ name: shown.name, timeZone }).where(eq(users.id, user.id));
    const values = { ...shown, slug };
    const [saved] = await db
      .insert(profiles)
      .values({ ...values, userId: user.id })
      .onConflictDoUpdate({ target: profiles.userId, set: values })
      .returning({ id: profiles.id });
    await profileChanged.emit({ profileId: saved?.id ?? 0 });
    return true;
  };
  return await atomic(save).catch((error: unknown) => {
    if (errorCode(error) === uniqueViolation) return false;
    throw error;
  });
}

const uniqueViolation = "23505";

/** Announces that a profile may be shown, or may not: its owner was banned, leaves, or is back. */
export async function announceProfile(userId: number): Promise<void> {
  const [profile] = await db.select({ id: profiles.id }).from(profiles).where(eq(profiles.userId, userId));
  if (profile !== undefined) await profileChanged.emit({ profileId: profile.id });
}

/** Sets in which time an account reads; what is no time zone is passed over. */
export async function setTimeZone(userId: number, timeZone: string): Promise<void> {
  if (isTimeZone(timeZone)) await db.update(users).set({ timeZone }).where(eq(users.id, userId));
}

/** Every time zone that there is to choose from, by the names that browsers know. */
export const timeZones: readonly string[] = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

/** Whether dates can be told in it. Browsers know former names as well. */
export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** The name as a slug, with a number when it is taken. */
async function freeSlug(userId: number, name: string): Promise<string> {
  const base = slugify(name).slice(0, 50).replace(/-$/, "") || "reader";
  const rows = await db
    .select({ slug: profiles.slug })
    .from(profiles)
    .where(and(like(profiles.slug, `${base}%`), or(ne(profiles.userId, userId), isNull(profiles.userId))));
  const taken = new Set(rows.map(({ slug }) => slug));
  let slug = base;
  for (let number = 2; taken.has(slug); number += 1) slug = `${base}-${number}`;
  return slug;
}
