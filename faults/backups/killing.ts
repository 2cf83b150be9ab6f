import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkArchive } from "#lib/backup/archive.ts";
import { verifyBackup } from "#lib/backup.ts";
import { withBackups } from "./world.ts";

const script = resolve(import.meta.dirname, "writer.ts");

/** B4: a process that writes one backup after another is killed while it does. Counts files that have a name and are none. */
export async function killWriters({ kills }: { kills: number }) {
  return await withBackups(async ({ world, folder, place, stored }) => {
    let unfinished = 0;
    for (let kill = 0; kill < kills; kill++) {
      const child = fork(script, [world.url, folder, String(kill)]);
      const exited = once(child, "exit");
      await Promise.race([once(child, "message"), exited]);
      // Each second one is killed in its second backup, or between the two.
      if (kill % 2 === 1) await Promise.race([once(child, "message"), exited]);
      await sleep(randomInt(300));
      child.kill("SIGKILL");
      await exited;
      const left = await readdir(join(folder, "backups")).catch(() => []);
      unfinished = left.filter((name) => name.endsWith(".unfinished")).length;
    }
    const found = await place.list();
    let partial = 0;
    for (const { name } of found) {
      await checkArchive(stored(name).read(), stored(name)).catch(() => (partial += 1));
    }
    // Whoever comes after them can write.
    const last = found.at(-1);
    if (last !== undefined) await verifyBackup(stored(last.name), { url: world.url });
    return { kills, whole: found.length, partial, unfinished };
  });
}
