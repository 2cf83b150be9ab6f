import { join } from "node:path";
import { listLost, restoreSite } from "#apps/operations/restoring.ts";
import { withScratch } from "#lib/backup/scratch.ts";
import { openStorage } from "#lib/storage.ts";
import { keyOf, withBackups } from "./world.ts";

/** B8: files are deleted from the store, before a backup and after a restore. Answers how many of them were named each time. */
export async function deleteObjects({ pictures, deleted }: { pictures: number; deleted: number }) {
  return await withBackups(async ({ world, folder, media, write, stored }) => {
    const wanted = Array.from({ length: deleted }, (_, n) => keyOf(3 * n)).toSorted();
    const isNamed = (names: readonly string[]): boolean => String(names.toSorted()) === String(wanted);
    const { proof } = await write("before");
    const restored = openStorage(join(folder, "restored"));
    const noneIsLost = await withScratch(world.url, async (url) => {
      await restoreSite(stored("before"), url, restored);
      return (await listLost({ proof }, restored)).length === 0;
    });
    for (const key of wanted) {
      await media.remove(key);
      await restored.remove(key);
    }
    const afterRestore = isNamed(await listLost({ proof }, restored));
    const beforeBackup = isNamed((await write("after")).proof.missing);
    return { noneIsLost, afterRestore, beforeBackup };
  }, pictures);
}
