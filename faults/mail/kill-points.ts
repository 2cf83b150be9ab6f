import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { manageMail } from "#apps/mail/commands.ts";
import { countRecipients } from "#apps/mail/mailings.ts";
import { mailingRecipients, mailings, type Mailing } from "#apps/mail/schema.ts";
import { sendMailing } from "#apps/mail/tasks.ts";
import { storeWebhook } from "#apps/mail/webhooks.ts";
import { db } from "#lib/db.ts";
import { startSendgrid, type Call, type Sendgrid } from "#lib/mail/testing/sendgrid.ts";
import { openWorld, until, type World } from "../jobs/world.ts";
import { people, suppressSome } from "./people.ts";
import { points } from "./points.ts";

type Point = keyof typeof points | "request sent";

const longMs = 60_000;

export interface Figures {
  kills: number;
  /** Addresses that got it more than once, those who must not get it included. */
  twice: number;
  /** How often the recipients were not those that the mailing was prepared for, each in one state. */
  broken: number;
  /** Accepted by us and not by the provider, or still in doubt although the provider told of them. */
  unexplained: number;
  /** How many were in doubt until somebody decided. */
  doubted: number;
  /** Who should have it and does not, once that was decided. */
  lost: number;
  /** From the commit of a mailing to the first call for it, at most. */
  startSeconds: number;
}

interface Scene {
  world: World;
  provider: Sendgrid;
  /** The process that dies once the provider has its request. */
  victim: { child: ChildProcess; left: number } | undefined;
  figures: Figures;
  recipients: number;
  /** Recipients in a call. */
  limit: number;
  /** Whether what a dead process held is run again at once: that takes 10 to 25 s otherwise. */
  hurry: boolean;
}

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

async function withScene(
  options: Pick<Scene, "recipients" | "limit" | "hurry">,
  act: (scene: Scene) => Promise<void>,
): Promise<Figures> {
  const world = await openWorld();
  const figures = { kills: 0, twice: 0, broken: 0, unexplained: 0, doubted: 0, lost: 0, startSeconds: 0 };
  const provider = await startSendgrid({
    delayMs: 5,
    meanwhile: () => {
      const { victim } = scene;
      if (victim !== undefined && (victim.left -= 1) === 0) victim.child.kill("SIGKILL");
    },
  });
  const scene: Scene = { world, provider, victim: undefined, figures, ...options };
  try {
    await act(scene);
    return figures;
  } finally {
    await provider.close();
    await world.close();
  }
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

async function checkIdentity({ figures, recipients }: Scene, name: string): Promise<void> {
  const { id, candidates } = await getMailing(name);
  const rows = await db.select().from(mailingRecipients).where(eq(mailingRecipients.mailingId, id));
  const wanted = new Set(people(name, recipients).map(({ address }) => address.toLowerCase()));
  const isRight =
    rows.length === candidates && rows.length === wanted.size && rows.every((row) => wanted.has(row.address));
  if (!isRight) figures.broken += 1;
}

async function checkAgainstProvider({ figures, provider }: Scene, { id }: Mailing): Promise<void> {
  const rows = await db.select().from(mailingRecipients).where(eq(mailingRecipients.mailingId, id));
  for (const { address, state } of rows) {
    const isExplained = provider.sink.has(address) ? state === "accepted" : state === "unknown" || state === "excluded";
    if (!isExplained) figures.unexplained += 1;
  }
}

async function checkDelivery({ figures, provider, recipients }: Scene, name: string): Promise<void> {
  for (const [n, { address }] of people(name, recipients).slice(0, recipients).entries()) {
    const times = provider.sink.get(address) ?? 0;
    const wanted = n % 10 === 0 ? 0 : 1;
    if (times > wanted) figures.twice += 1;
    if (times < wanted) figures.lost += 1;
  }
}

async function noteStart({ figures }: Scene, { id }: Mailing): Promise<void> {
  const { rows } = await db.$client.query<{ seconds: number }>(
    `select extract(epoch from min(started_at) - prepared_at)::float8 as seconds
     from mail_batches join mail_mailings on mailing_id = mail_mailings.id where mailing_id = $1 group by prepared_at`,
    [id],
  );
  figures.startSeconds = Math.max(figures.startSeconds, Math.round((rows[0]?.seconds ?? Infinity) * 10) / 10);
}

/** What a dead process held is run again at once, instead of when its lease has run out. */
async function hurryUp({ hurry }: Scene): Promise<void> {
  if (hurry)
    await db.$client.query("update pgboss.job set state = 'retry', start_after = now() where state = 'active'");
}

async function untilFinished(name: string): Promise<void> {
  await until(async () => (await getMailing(name)).finishedAt !== null, longMs);
}

async function findMailing(key: string): Promise<Mailing | undefined> {
  const [mailing] = await db.select().from(mailings).where(eq(mailings.key, key));
  return mailing;
}

async function getMailing(key: string): Promise<Mailing> {
  const mailing = await findMailing(key);
  if (mailing === undefined) throw new Error(`There is no mailing ${key}.`);
  return mailing;
}

function startPreparer({ world, recipients }: Scene, name: string, settings: NodeJS.ProcessEnv = {}): ChildProcess {
  return start("preparer.ts", [world.url, name, String(recipients)], settings);
}

function startWorkerProcess({ world, provider, limit }: Scene, settings: NodeJS.ProcessEnv = {}): ChildProcess {
  return start("worker.ts", [world.url, provider.url, String(limit)], settings);
}

function start(script: string, values: string[], settings: NodeJS.ProcessEnv): ChildProcess {
  const preload = ["--import", resolve(import.meta.dirname, "points.ts")];
  return fork(resolve(import.meta.dirname, script), values, {
    execArgv: [...process.execArgv, ...("KILL_AT" in settings ? preload : [])],
    env: { ...process.env, ...settings },
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
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
