import { changeEntries, type EntryChanges } from "#apps/catalog/changing.ts";
import { atomic } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { recordDeskEvent } from "./manuscripts.ts";
import { requirePublisher } from "./publishing.ts";

/** Changes what is said of several entries at once, all or none; `words` go into the history of each. */
export async function changeMetadata(
  viewer: Viewer,
  ids: readonly number[],
  changes: EntryChanges,
  words: string,
): Promise<number> {
  requirePublisher(viewer);
  return await atomic(async () => {
    const changed = await changeEntries(ids, changes);
    for (const entryId of changed) await recordDeskEvent(entryId, "changed", viewer.id, { words });
    return changed.length;
  });
}
