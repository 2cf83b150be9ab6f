import { and, desc, eq, gt, sql } from "drizzle-orm";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { users } from "#apps/accounts/schema.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { previewLinks } from "./schema.ts";
import { getVersion, requireWriter, type Version } from "./versions.ts";

/** How long a link is good unless somebody says otherwise, and at most. */
export const previewDays = { usual: 7, most: 90 };

/**
 * Makes a secret address under which one version is read by whoever has it, members' text too. Answers the token, which is
 * kept nowhere.
 */
export async function makePreviewLink(
  viewer: Viewer,
  entryId: number,
  number: number,
  { days = previewDays.usual }: { days?: number } = {},
): Promise<string> {
  return await atomic(async () => {
    await requireWriter(viewer, entryId);
    await getVersion(entryId, number);
    const token = newSecret();
    const expiresAt = new Date(Date.now() + Math.min(days, previewDays.most) * 86_400_000);
    const row = { entryId, number, tokenHash: hashSecret(token), createdBy: viewer.id, expiresAt };
    await db.insert(previewLinks).values(row);
    return token;
  });
}

export interface PreviewLinkRow {
  id: number;
  number: number;
  by: string | null;
  createdAt: Date;
  expiresAt: Date;
}

/** The links of an entry that are still good, the newest first. */
export async function listPreviewLinks(entryId: number): Promise<PreviewLinkRow[]> {
  return await db
    .select({
      id: previewLinks.id,
      number: previewLinks.number,
      by: users.name,
      createdAt: previewLinks.createdAt,
      expiresAt: previewLinks.expiresAt,
    })
    .from(previewLinks)
    .leftJoin(users, eq(users.id, previewLinks.createdBy))
    .where(and(eq(previewLinks.entryId, entryId), gt(previewLinks.expiresAt, sql`now()`)))
    .orderBy(desc(previewLinks.id));
}

/** Makes a link of an entry useless, at once. */
export async function revokePreviewLink(viewer: Viewer, entryId: number, id: number): Promise<void> {
  await requireWriter(viewer, entryId);
  await db.delete(previewLinks).where(and(eq(previewLinks.entryId, entryId), eq(previewLinks.id, id)));
}

/** The version that a link shows; undefined for one that is over, was taken back, or never was. */
export async function findPreview(token: string): Promise<Version | undefined> {
  const [link] = await db
    .select({ entryId: previewLinks.entryId, number: previewLinks.number })
    .from(previewLinks)
    .where(and(eq(previewLinks.tokenHash, hashSecret(token)), gt(previewLinks.expiresAt, sql`now()`)));
  return link === undefined ? undefined : await getVersion(link.entryId, link.number);
}
