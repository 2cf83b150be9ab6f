import { randomInt } from "node:crypto";
import { verifyBackup } from "#lib/backup.ts";
import { Damaged } from "#lib/backup/format.ts";
import { withBackups } from "./world.ts";

/** B3: backups of which one bit is another, or the end is missing, and a few that were never one. Counts those that passed. */
export async function damageBackups({ times }: { times: number }): Promise<{ damaged: number; passed: number }> {
  return await withBackups(async ({ world, place, write }) => {
    await write("whole");
    const whole = Buffer.concat(await Array.fromAsync(place.read("whole")));
    const flip = (at: number): Buffer => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ (1 << randomInt(8));
      return copy;
    };
    const halves = Math.ceil(times / 2);
    const copies = [
      ...Array.from({ length: halves }, () => flip(randomInt(whole.length))),
      ...Array.from({ length: times - halves }, () => whole.subarray(0, randomInt(whole.length))),
      // The first and the last byte, nothing at all, too much, another file, and a format of the future.
      flip(0),
      flip(whole.length - 1),
      Buffer.alloc(0),
      Buffer.concat([whole, Buffer.from("\0")]),
      Buffer.from("PK\u0003\u0004, a file of another kind, long enough to be read as one of ours"),
      Buffer.from(whole.toString("latin1").replace("format 1\n", "format 2\n"), "latin1"),
    ];
    let passed = 0;
    for (const bytes of copies) {
      try {
        const read = async function* (): AsyncGenerator<Buffer> {
          yield bytes;
        };
        await verifyBackup({ name: "copy", key: undefined, read }, { url: world.url });
        passed += 1;
      } catch (error) {
        if (!(error instanceof Damaged)) throw error;
      }
    }
    return { damaged: copies.length, passed };
  });
}
