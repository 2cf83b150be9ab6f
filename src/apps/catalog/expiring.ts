import { and, inArray, isNotNull, lte } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { touchContent } from "./content-version.ts";
import { entries } from "./schema.ts";

/** So many are taken back at a time; the rest waits for the next minute. */
const atOnce = 200;

/** Makes drafts of what has expired. Whoever publishes it again gives it another time, or none. */
export async function expireDue(now = new Date()): Promise<void> {
  await atomic(async () => {
    const due = await db
      .select({ id: entries.id })
      .from(entries)
      .where(and(isNotNull(entries.publishedAt), lte(entries.expiresAt, now)))
      .orderBy(entries.id)
      .limit(atOnce)
      .for("update", { skipLocked: true });
    if (due.length === 0) return;
    const ids = due.map(({ id }) => id);
    await db.update(entries).set({ publishedAt: null }).where(inArray(entries.id, ids));
    await touchContent();
  });
}
