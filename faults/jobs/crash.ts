import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, db, disconnect } from "#lib/db.ts";
import { migrate } from "#lib/migrate.ts";
import { stopAll } from "./kill.ts";
import { startEmbedded, startServer } from "./server.ts";
import { count } from "./tasks.ts";
import { countEffects, countJobs, startProcess, until } from "./world.ts";

/**
 * J8: a database stops without saying good-bye while jobs are asked for and run: an embedded one, or a server when the
 * tests have one. Answers the longest time until it answered again, which is its own, and from then until a job was done
 * that was asked for since.
 */
export async function crashDatabase(options: { times: number; everyMs: number }) {
  const folder = await mkdtemp(join(tmpdir(), "lectern-crash-"));
  const server = await (process.env.TEST_DATABASE_URL ? startServer : startEmbedded)(folder);
  await migrate(server.url);
  connect(server.url);
  await db.$client.query("create table effects (n int not null, pid int not null)");
  const worker = await startProcess(server.url);
  const asking = new AbortController();
  let asked = 0;
  const saved: number[] = [];
  let serverMs = 0;
  let reconnectMs = 0;
  try {
    const asker = (async () => {
      while (!asking.signal.aborted) {
        const n = ++asked;
        // What fails may have been saved nevertheless, and done by now, so nobody asks for the same number again.
        await count.later({ n }).then(
          () => saved.push(n),
          () => sleep(100),
        );
      }
    })();
    for (let time = 0; time < options.times; time++) {
      await sleep(options.everyMs);
      const startedAt = Date.now();
      await server.crash();
      const before = asked;
      await until(hasAnswer, 60_000);
      serverMs = Math.max(serverMs, Date.now() - startedAt);
      reconnectMs = Math.max(reconnectMs, await until(() => hasEffectAfter(before), 60_000));
    }
    asking.abort();
    await asker;
    await until(async () => (await countJobs(count.name, "created retry active")) === 0, 60_000);
    const { twice } = await countEffects(saved.length);
    return { lost: await countMissing(saved), twice, asked: saved.length, serverMs, reconnectMs };
  } finally {
    asking.abort();
    await stopAll([worker]);
    await disconnect();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

function hasAnswer(): Promise<boolean> {
  return db.$client.query("select").then(
    () => true,
    () => false,
  );
}

async function hasEffectAfter(n: number): Promise<boolean> {
  const found = await db.$client.query("select from effects where n > $1 limit 1", [n]).catch(() => undefined);
  return found?.rowCount === 1;
}

async function countMissing(numbers: readonly number[]): Promise<number> {
  const { rows } = await db.$client.query("select unnest($1::int[]) except select n from effects", [numbers]);
  return rows.length;
}
