import { and, eq, lt } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { shortLength } from "./addresses.ts";
import { files, madeFolder, originalKey } from "./files.ts";
import { media, type Media } from "./schema.ts";

/** Removes a picture that nothing has used since before `before`; one that is used after all stays. */
export async function removeUnused({ id, hash }: Pick<Media, "id" | "hash">, before: Date): Promise<boolean> {
  const { rowCount } = await db.delete(media).where(and(eq(media.id, id), lt(media.unusedSince, before)));
  if (rowCount === 0) return false;
  for await (const key of files.list(madeFolder(hash.slice(0, shortLength)))) await files.remove(key);
  await files.remove(originalKey(hash));
  return true;
}
