import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";
import { eq } from "drizzle-orm";
import { manageMail } from "#apps/mail/commands.ts";
import { countRecipients } from "#apps/mail/mailings.ts";
import { mailings } from "#apps/mail/schema.ts";
import { sendMailing } from "#apps/mail/tasks.ts";
import { storeWebhook } from "#apps/mail/webhooks.ts";
import { db } from "#lib/db.ts";
import type { Call } from "#lib/mail/testing/sendgrid.ts";
import { until } from "../jobs/world.ts";
import { suppressSome } from "./people.ts";
import type { points } from "./points.ts";
import { checkAgainstProvider, checkDelivery, checkIdentity, findMailing, getMailing, noteStart } from "./reckoning.ts";
import { ended, longMs, startPreparer, startWorkerProcess, withScene, type Figures, type Scene } from "./scene.ts";

type Point = keyof typeof points | "request sent";

interface Options {
  /** Mailings, each of which is hit everywhere. */
  times: number;
  recipients?: number;
  hurry?: boolean;
}

/** M2: each mailing is hit at all six points; `request sent` is told by the provider. */
export function killAtPoints({ times, recipients = 300, hurry = true }: Options): Promise<Figures> {
  return withScene({ recipients, limit: 20, hurry }, async (scene) => {
    for (let n = 1; n <= times; n++) {
      const name = await announce(scene, `points ${n}`);
      for (const point of ["freeze begun", "frozen, committed"] as const) await killPreparer(scene, name, point);
      await ended(startPreparer(scene, name));
      for (const point of [
        "intent of a batch committed",
        "request sent",
        "answer came, not saved",
        "batch saved",
      ] as const)
        await killWorker(scene, name, point);
      await goOn(scene, name);
    }
  });
}

/** M3: each mailing is hit at random while it is prepared, and between its commit and the first thing done for it. */
export function killAroundStart({ times, recipients = 5000, hurry = false }: Options): Promise<Figures> {
  return withScene({ recipients, limit: 1000, hurry }, async (scene) => {
    for (let n = 1; n <= times; n++) {
      const name = await announce(scene, `start ${n}`);
      await killWhilePreparing(scene, name);
      if (n % 2 === 0) await killPreparer(scene, name, "frozen, committed");
      // Whoever has asked gets no answer, and asks again.
      await ended(startPreparer(scene, name));
      if (n % 2 === 1) await killWorker(scene, name, "job taken");
      await goOn(scene, name);
    }
  });
}

async function announce({ recipients, provider }: Scene, name: string): Promise<string> {
  await suppressSome(name, recipients);
  provider.accepted.length = 0;
  return name;
}

async function killPreparer(scene: Scene, name: string, point: Point): Promise<void> {
  await killed(scene, startPreparer(scene, name, { KILL_AT: point }));
  if ((await findMailing(name)) !== undefined) await checkIdentity(scene, name);
}

async function killWhilePreparing(scene: Scene, name: string): Promise<void> {
  const { recipients, figures } = scene;
  for (;;) {
    const child = startPreparer(scene, name);
    await once(child, "message");
    await sleep(Math.random() * (20 + recipients / 50));
    child.kill("SIGKILL");
    await ended(child);
    if (child.signalCode === "SIGKILL") break;
    // It had ended before: that counts for nothing.
    await db.delete(mailings).where(eq(mailings.key, name));
    await db.$client.query("delete from pgboss.job where name = $1", [sendMailing.name]);
  }
  figures.kills += 1;
  if ((await findMailing(name)) !== undefined) await checkIdentity(scene, name);
}

async function killWorker(scene: Scene, name: string, point: Point): Promise<void> {
  // Not always at the first batch.
  const nth = point === "job taken" ? 1 : 1 + Math.floor(Math.random() * 3);
  const settings = point === "request sent" ? {} : { KILL_AT: point, KILL_NTH: String(nth) };
  const child = startWorkerProcess(scene, settings);
  if (point === "request sent") scene.victim = { child, left: nth };
  child.send("work");
  await hurryUp(scene);
  await killed(scene, child);
  scene.victim = undefined;
  await checkIdentity(scene, name);
}

async function killed({ figures }: Scene, child: ChildProcess): Promise<void> {
  await ended(child);
  if (child.signalCode !== "SIGKILL") throw new Error("The process ended before it was killed.");
  figures.kills += 1;
}

// A worker takes over, the provider tells what it knows, and somebody decides about the rest.
async function goOn(scene: Scene, name: string): Promise<void> {
  const mailing = await getMailing(name);
  const worker = startWorkerProcess(scene);
  worker.send("work");
  await hurryUp(scene);
  await untilFinished(name);
  await checkIdentity(scene, name);
  await noteStart(scene, mailing);
  await storeWebhook(JSON.stringify(scene.provider.accepted.flatMap(eventsOf)));
  await until(
    async () => (await db.$client.query("select from mail_webhooks where processed_at is null")).rowCount === 0,
    longMs,
  );
  await checkAgainstProvider(scene, mailing);
  const { unknown = 0 } = await countRecipients(mailing.id);
  scene.figures.doubted += unknown;
  if (unknown > 0) {
    await manageMail(["settle", String(mailing.id), "queued"]);
    await untilFinished(name);
  }
  worker.kill("SIGKILL");
  await ended(worker);
  await checkIdentity(scene, name);
  await checkDelivery(scene, name);
}

/** What a dead process held is run again at once, instead of when its lease has run out. */
async function hurryUp({ hurry }: Scene): Promise<void> {
  if (hurry)
    await db.$client.query("update pgboss.job set state = 'retry', start_after = now() where state = 'active'");
}

async function untilFinished(name: string): Promise<void> {
  await until(async () => (await getMailing(name)).finishedAt !== null, longMs);
}

// What SendGrid posts once it has delivered a call.
function eventsOf({ personalizations }: Call): object[] {
  return personalizations.flatMap(({ to, custom_args: args }) =>
    to.map(({ email }) => ({
      sg_event_id: `delivered ${email}`,
      event: "delivered",
      email,
      timestamp: Math.floor(Date.now() / 1000),
      reference: args?.reference,
    })),
  );
}
