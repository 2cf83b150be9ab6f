import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { sampler } from "#apps/mail/sampler.tsx";
import { sendMail } from "#apps/mail/sending.ts";
import { db } from "#lib/db.ts";
import { startSendgrid } from "#lib/mail/testing/sendgrid.ts";
import { findPort } from "./server.ts";
import { countJobs, openWorld, until } from "./world.ts";

const manage = resolve(import.meta.dirname, "../../src/manage.ts");

/**
 * A3: the whole site, readers and work together, is told to stop, twice, while it answers and hands over mail. Counts
 * answers that were cut off or said that something was wrong, and mail that was lost, sent twice or left in doubt.
 */
export async function restartSite(options: { times: number; readers: number; mails: number }) {
  const world = await openWorld();
  const folder = await mkdtemp(join(tmpdir(), "lectern-restart-"));
  const provider = await startSendgrid({ delayMs: 100, keep: false });
  const port = await findPort();
  const settings = { DATABASE_URL: world.url, DATA_DIR: folder, PORT: String(port), MAIL_URL: provider.url };
  const figures = { answered: 0, cutOff: 0, wrong: 0, badExits: 0, longestMs: 0, leftBehind: 0 };
  const env = { ...process.env, ...settings, MAIL_FROM: "site@example.org", LOG_LEVEL: "silent" };

  async function start() {
    const child = spawn(process.execPath, [...process.execArgv, manage, "start"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await Promise.race([once(child.stdout, "data"), exited]);
    return { child, exited };
  }

  async function read(agent: Agent): Promise<void> {
    for (;;) {
      const sent = request({ port, agent, headers: { host: "localhost" } }).end();
      try {
        const [response] = await once(sent, "response");
        await text(response);
        figures.answered += 1;
        if (response.statusCode !== 200) figures.wrong += 1;
      } catch (error) {
        // The port is closed; where there is another process, it has it.
        if (!String(error).includes("ECONNREFUSED")) figures.cutOff += 1;
        return;
      }
    }
  }

  try {
    let sent = 0;
    for (let time = 0; time < options.times; time++) {
      for (let n = 0; n < options.mails; n++)
        await sendMail(sampler, { address: `r${(sent += 1)}@example.org` }, { name: "Sam" });
      const { child, exited } = await start();
      const agent = new Agent({ keepAlive: true, maxSockets: options.readers });
      const readers = Array.from({ length: options.readers }, () => read(agent));
      const before = provider.calls();
      await until(async () => provider.calls() > before, 30_000);
      const startedAt = Date.now();
      child.kill("SIGTERM");
      await sleep(50);
      child.kill("SIGTERM");
      const [status] = await exited;
      figures.longestMs = Math.max(figures.longestMs, Date.now() - startedAt);
      if (status !== 0) figures.badExits += 1;
      await Promise.all(readers);
      figures.leftBehind += (await countJobs("%", "active")) + (await countWorkers());
    }
    const { child, exited } = await start();
    await until(async () => (await countJobs("mail.send", "created retry active")) === 0, 120_000);
    child.kill("SIGTERM");
    await exited;
    const twice = [...provider.sink.values()].filter((times) => times > 1).length;
    return { ...figures, sent, lost: sent - provider.sink.size, twice };
  } finally {
    await provider.close();
    await world.close();
    await rm(folder, { recursive: true });
  }
}

async function countWorkers(): Promise<number> {
  const { rowCount } = await db.$client.query(
    "select from pg_stat_activity where datname = current_database() and application_name = 'lectern worker'",
  );
  return rowCount ?? 0;
}
