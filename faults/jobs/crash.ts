import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, db, disconnect } from "#lib/db.ts";
import { migrate } from "#lib/migrate.ts";
import { startPostgres } from "#lib/postgres.ts";
import { stopAll } from "./kill.ts";
import { count } from "./tasks.ts";
import { countEffects, countJobs, startProcess, until } from "./world.ts";

/** J8: the embedded database stops without saying good-bye while jobs are asked for and run. */
export async function crashDatabase(options: { times: number; everyMs: number }) {
  const folder = await mkdtemp(join(tmpdir(), "lectern-crash-"));
  const server = await startPostgres(join(folder, "postgres"));
  await migrate(server.url);
  connect(server.url);
  await db.$client.query("create table effects (n int not null, pid int not null)");
  const worker = await startProcess(server.url);
  const asking = new AbortController();
  let asked = 0;
  let slowestMs = 0;
  try {
    const asker = (async () => {
      for (let n = 1; !asking.signal.aborted;) {
        // What fails may have been saved nevertheless, so the same number is asked for again under its key.
        const saved = await count.later({ n }, { key: `n-${n}` }).then(
          () => true,
          () => false,
        );
        if (saved) asked = n++;
        else await sleep(100);
      }
    })();
    for (let time = 0; time < options.times; time++) {
      await sleep(options.everyMs);
      const [pid = ""] = (await readFile(join(folder, "postgres/data/postmaster.pid"), "utf8")).split("\n");
      process.kill(Number(pid), "SIGQUIT");
      const before = asked;
      slowestMs = Math.max(slowestMs, await until(() => hasEffectAfter(before), 60_000));
    }
    asking.abort();
    await asker;
    await until(async () => (await countJobs(count.name, "created retry active")) === 0, 60_000);
    return { ...(await countEffects(asked)), asked, slowestMs };
  } finally {
    asking.abort();
    await stopAll([worker]);
    await disconnect();
    await server.leave();
    await rm(folder, { recursive: true });
  }
}

async function hasEffectAfter(n: number): Promise<boolean> {
  const found = await db.$client.query("select from effects where n > $1 limit 1", [n + 1]).catch(() => undefined);
  return found?.rowCount === 1;
}
