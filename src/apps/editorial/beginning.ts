import { eq } from "drizzle-orm";
import { findProfileOf, saveProfile } from "#apps/accounts/profiles.ts";
import { getUser } from "#apps/accounts/users.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import type { Entry } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { manuscripts, revisions, stages } from "./schema.ts";

export interface Beginning {
  kind: string;
  title: string;
  path: string;
  /** What it will say: the first text. */
  outline: string;
}

/**
 * Begins a text: a draft that its viewer is the author of, with the outline as its first revision, waiting for a review of
 * that. Throws a UserError when the address is taken or reserved.
 */
export async function beginText(viewer: Viewer, { kind, title, path, outline }: Beginning): Promise<Entry> {
  return await atomic(async () => {
    const author = await getUser(viewer.id);
    const profileId = await profileOf(author);
    const credits = [{ profileId, role: "author" }] as const;
    const entry = await saveEntry({ kind, title, path, publishedAt: null, credits });
    const first = { entryId: entry.id, number: 1, source: outline, note: "begun", title, summary: "" };
    await db.insert(revisions).values({ ...first, authorId: author.id });
    const [stage] = await db.select().from(stages).where(eq(stages.slug, "outline-review"));
    if (stage !== undefined) await db.insert(manuscripts).values({ entryId: entry.id, stageId: stage.id });
    return entry;
  });
}

// Who writes is named on what they write, so whoever has no profile gets one that nobody is led to.
async function profileOf(author: Awaited<ReturnType<typeof getUser>>): Promise<number> {
  const known = await findProfileOf(author.id);
  if (known !== undefined) return known.id;
  const { name, timeZone } = author;
  await saveProfile(author, { name, timeZone, slug: "", headline: "", bio: "", links: [], isPublic: false });
  return (await findProfileOf(author.id))?.id ?? 0;
}
