import { eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { profiles, type Profile } from "./schema.ts";

/** The profile with this slug; throws NotFound for one that nobody has. */
export async function getProfile(slug: string): Promise<Profile> {
  const [profile] = await db.select().from(profiles).where(eq(profiles.slug, slug));
  if (profile === undefined) throw new NotFound(`Nobody here is called "${slug}".`);
  return profile;
}
