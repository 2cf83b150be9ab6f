import { eq, inArray } from "drizzle-orm";
import { profiles, type Profile } from "#apps/accounts/schema.ts";
import { touchContent } from "#apps/catalog/content-version.ts";
import { topics } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { isWebAddress } from "../mapping/schema.ts";
import type { Credit } from "../planning/people.ts";
import { takePicture } from "../planning/pictures.ts";
import type { Folder, Refusal } from "../reading/folder.ts";

/** Makes people and topics what the mapping says of them. Answers portraits that cannot be used. */
export async function saveMapping(mapping: Mapping, folder: Folder): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (const { portrait: file, ...profile } of mapping.profiles ?? []) {
    const portrait = file === undefined ? undefined : await takePortrait(file, folder, mapping, refused);
    await saveProfile({ headline: "", bio: "", links: [], portrait: portrait ?? null, ...profile });
  }
  for (const [position, topic] of (mapping.topics ?? []).entries()) {
    await saveTopic({ summary: "", position, ...topic });
  }
  return refused;
}

async function takePortrait(
  file: string,
  folder: Folder,
  mapping: Mapping,
  refused: Refusal[],
): Promise<string | undefined> {
  try {
    if (!folder.has(file)) throw new UserError("It is not in the folder.");
    return (await takePicture(folder, file, false))?.hash;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    refused.push({ file: mapping.source, reason: `The portrait ${file} cannot be used. ${error.message}` });
    return undefined;
  }
}

async function saveProfile(profile: Omit<Profile, "id" | "userId" | "isPublic" | "createdAt">): Promise<void> {
  await atomic(async () => {
    const [known] = await db.select().from(profiles).where(eq(profiles.slug, profile.slug));
    // The database has keys in an order of its own, and links that no page shows, which are in no folder.
    const links = known?.links.filter(({ url }) => isWebAddress(url)).map(({ label, url }) => ({ label, url }));
    const shown = known && { ...known, links };
    if (shown !== undefined && isSame(shown, profile)) return;
    await db.insert(profiles).values(profile).onConflictDoUpdate({ target: profiles.slug, set: profile });
    await touchContent();
  });
}

async function saveTopic(topic: Omit<typeof topics.$inferSelect, "id">): Promise<void> {
  await atomic(async () => {
    const [known] = await db.select().from(topics).where(eq(topics.slug, topic.slug));
    if (known !== undefined && isSame(known, topic)) return;
    await db.insert(topics).values(topic).onConflictDoUpdate({ target: topics.slug, set: topic });
    await touchContent();
  });
}

function isSame(known: object, wanted: object): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const found: unknown = Reflect.get(known, key);
    return JSON.stringify(found) === JSON.stringify(value);
  });
}

/** The ids of the profiles behind credits. Who has none yet gets one with the name that the credit gives. */
export async function ensureProfiles(credits: readonly Credit[]): Promise<Map<string, number>> {
  const names = new Map<string, string>();
  for (const { slug, name } of credits) {
    // Of several spellings of a handle the one with the most capitals was written with the most care.
    const known = names.get(slug);
    if (known === undefined || capitals(name) > capitals(known)) names.set(slug, name);
  }
  if (names.size === 0) return new Map();
  const wanted = [...names].map(([slug, name]) => ({ slug, name }));
  await db.insert(profiles).values(wanted).onConflictDoNothing();
  const rows = await db
    .select({ id: profiles.id, slug: profiles.slug })
    .from(profiles)
    .where(inArray(profiles.slug, [...names.keys()]));
  return new Map(rows.map(({ id, slug }) => [slug, id]));
}

function capitals(name: string): number {
  return name.replace(/\P{Lu}/gu, "").length;
}
