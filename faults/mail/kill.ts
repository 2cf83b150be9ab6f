import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { sampler } from "#apps/mail/sampler.tsx";
import { countRecipients, prepareMailing } from "#apps/mail/mailings.ts";
import { mailingRecipients, mailings } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { startSendgrid } from "#lib/mail/testing/sendgrid.ts";
import { openWorld } from "../jobs/world.ts";

const script = resolve(import.meta.dirname, "process.ts");
const limit = 50;

export interface Killed {
  /** How many addresses got it more than once. */
  twice: number;
  /** How many times the states of all recipients were more or fewer than there are. */
  broken: number;
  unknown: number;
  /** Accepted by us and not by the provider, or the other way round without a doubt. */
  unexplained: number;
  kills: number;
}

/** M2: the process that hands a mailing over is killed at random, and started again, until nobody waits. */
export async function killSenders(options: { recipients: number; kills: number }): Promise<Killed> {
  const world = await openWorld();
  const provider = await startSendgrid({ delayMs: 20, keep: false });
  try {
    const recipients = Array.from({ length: options.recipients }, (_, n) => ({ address: `reader.${n}@example.org` }));
    const mailing = await prepareMailing(sampler, { name: "all" }, { key: "killed", recipients });
    let broken = 0;
    let kills = 0;
    for (let isFinished = false; !isFinished;) {
      const child = fork(script, [world.url, provider.url, String(mailing.id), String(limit)]);
      const exited = once(child, "exit");
      await Promise.race([once(child, "message"), exited]);
      if (kills < options.kills) {
        await sleep(Math.random() * 150);
        child.kill("SIGKILL");
        kills += 1;
      }
      await exited;
      const counts = await countRecipients(mailing.id);
      if (Object.values(counts).reduce((sum, count) => sum + count, 0) !== mailing.candidates) broken += 1;
      const [row] = await db.select().from(mailings).where(eq(mailings.id, mailing.id));
      isFinished = row?.finishedAt instanceof Date;
    }
    const rows = await db.select().from(mailingRecipients).where(eq(mailingRecipients.mailingId, mailing.id));
    const wrong = rows.filter(
      ({ address, state }) => state !== "unknown" && (state === "accepted") !== provider.sink.has(address),
    );
    return {
      twice: [...provider.sink.values()].filter((times) => times > 1).length,
      broken,
      unknown: rows.filter(({ state }) => state === "unknown").length,
      unexplained: wrong.length,
      kills,
    };
  } finally {
    await provider.close();
    await world.close();
  }
}

/** How many may be in doubt after so many kills: four calls at a time. */
export function mostInDoubt(kills: number): number {
  return kills * 4 * limit;
}
