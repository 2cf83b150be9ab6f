import { verifyBackup } from "#lib/backup.ts";
import { withClient } from "#lib/backup/database.ts";
import { atomic, db } from "#lib/db.ts";
import { withBackups } from "./world.ts";

/**
 * B2: backups while others write. Each of their transactions adds a row to each of two tables: in every copy both have it or
 * neither. Counts copies in which they do not.
 */
export async function backUpUnderWrites({ backups, writers }: { backups: number; writers: number }) {
  return await withBackups(async ({ world, write, stored }) => {
    const over = new AbortController();
    let transactions = 0;
    async function writeOn(writer: number): Promise<void> {
      for (let n = 0; !over.signal.aborted; n++) {
        const address = `${writer}.${n}@example.org`;
        await atomic(async () => {
          await db.$client.query(
            "insert into mail_suppressions (address, reason, since) values ($1, 'by hand', now())",
            [address],
          );
          await db.$client.query("insert into mail_opt_outs (address, list) values ($1, '*')", [address]);
        });
        transactions += 1;
      }
    }
    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => writeOn(writer)));
    writing.catch(() => undefined);
    let torn = 0;
    const seen: number[] = [];
    for (let n = 0; n < backups; n++) {
      await write(`under-writes-${n}`);
      const prove = async (url: string): Promise<string[]> => {
        const { one, other, alike } = await readInvariant(url);
        seen.push(one);
        if (one !== other || alike !== one) torn += 1;
        return [];
      };
      await verifyBackup(stored(`under-writes-${n}`), { url: world.url, prove });
    }
    over.abort();
    await writing;
    return { backups, torn, transactions, grew: (seen.at(-1) ?? 0) > (seen[0] ?? 0) };
  });
}

interface Invariant {
  one: number;
  other: number;
  alike: number;
}

async function readInvariant(url: string): Promise<Invariant> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<Invariant>(`select
      (select count(*)::int from mail_suppressions) as one, (select count(*)::int from mail_opt_outs) as other,
      (select count(*)::int from mail_suppressions join mail_opt_outs using (address)) as alike`);
    const [row] = rows;
    if (row === undefined) throw new Error("Nothing was counted.");
    return row;
  });
}
