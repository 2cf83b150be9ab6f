import { setTimeout as sleep } from "node:timers/promises";
import { eq, isNull } from "drizzle-orm";
import { inboxTasks } from "#apps/billing/inbox-tasks.ts";
import { useProviders } from "#apps/billing/providers.ts";
import { reconcile } from "#apps/billing/reconciling.ts";
import { paymentEvents, transactions } from "#apps/billing/schema.ts";
import { day } from "#apps/billing/testing/facts.ts";
import { fakeProvider } from "#apps/billing/testing/fake-provider.ts";
import { mayOpen } from "#apps/billing/testing/world.ts";
import { entitlements, type Entitlement } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { knowTasks } from "#lib/jobs.ts";
import { countEffects as countJobsEffects, countJobs, until } from "../jobs/world.ts";
import { startReceivers } from "./receivers.ts";
import { openPayments, type Payments, type Person } from "./world.ts";

export interface Delivery {
  people: number;
  seed: number;
  /** How often a request is answered with 500, kept or not. */
  failShare: number;
  /** How often the process dies at a request, until it has died so often. */
  killShare: number;
  kills: number;
  /** What is never told. */
  lostShare: number;
}

export interface Delivered {
  events: number;
  /** Events that were acknowledged and are not kept, and kept ones that nothing was done about. */
  lost: number;
  /** Payments that were told of more than once, and those that were not. */
  twice: number;
  untold: number;
  /** People who may open what they should not, or may not what they should. */
  wrong: number;
  /** The same once what was lost had been compared with the provider, and how much differed the first and the second time. */
  wrongAfterwards: number;
  drift: number;
  driftAgain: number;
  kills: number;
  ackP99Ms: number;
  ackMaxMs: number;
}

/** P2, P4 and P5: each event three times, in any order, over 8 connections to 2 processes that fail and die; some never. */
export async function deliver(options: Delivery): Promise<Delivered> {
  const payments = await openPayments(options);
  const receivers = await startReceivers(payments.url, { ...options, count: 2 });
  try {
    const told = payments.people.flatMap(({ events }) => events).filter(() => Math.random() >= options.lostShare);
    const acks = await sendAll(receivers.origins, told);
    await untilNone(() => db.$count(paymentEvents, isNull(paymentEvents.processedAt)));
    await untilNone(() => countJobs("%", "created retry active"));
    const kept = new Set((await db.select({ id: paymentEvents.eventId }).from(paymentEvents)).map(({ id }) => id));
    const effects = await countEffects();
    const wrong = await countWrong(payments.people);
    receivers.stop();
    return {
      events: told.length,
      lost: told.filter(({ id }) => !kept.has(id)).length + (kept.size - told.length),
      ...effects,
      wrong: options.lostShare > 0 ? 0 : wrong,
      ...(await compare(payments)),
      kills: receivers.deaths(),
      ackP99Ms: Math.round(acks[Math.floor(acks.length * 0.99)] ?? 0),
      ackMaxMs: Math.round(acks.at(-1) ?? 0),
    };
  } finally {
    receivers.stop();
    await payments.close();
  }
}

/** Sends each three times, as a provider that tries until it is acknowledged; answers how long those took, the longest last. */
async function sendAll(origins: readonly string[], events: readonly Person["events"][number][]): Promise<number[]> {
  const queue = [...events, ...events, ...events]
    .map((event) => ({ event, rank: Math.random() }))
    .toSorted((one, other) => one.rank - other.rank)
    .values();
  const acks: number[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async (_, connection) => {
      for (const { event } of queue) {
        for (let tries = 0; ; tries += 1) {
          const origin = origins[(connection + tries) % origins.length] ?? "";
          const startedAt = performance.now();
          if (origin !== "" && (await send(origin, event))) {
            acks.push(performance.now() - startedAt);
            break;
          }
          await sleep(20);
        }
      }
    }),
  );
  return acks.toSorted((one, other) => one - other);
}

async function send(origin: string, { body, headers }: Person["events"][number]): Promise<boolean> {
  try {
    const answer = await fetch(origin, { method: "POST", body: new Uint8Array(body), headers });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

// A machine that has other things to do takes its time, so only standing still is held against it.
async function untilNone(count: () => Promise<number>): Promise<void> {
  for (let left = await count(); left > 0;) {
    let now = left;
    await until(async () => (now = await count()) < left, 240_000);
    left = now;
  }
}

/** Payments that were told of more than once, and completed ones that were not told of. */
async function countEffects(): Promise<{ twice: number; untold: number }> {
  const completed = await db.$count(transactions, eq(transactions.status, "completed"));
  const { twice, lost } = await countJobsEffects(completed);
  return { twice, untold: lost };
}

async function countWrong(people: readonly Person[]): Promise<number> {
  const all = Map.groupBy(await db.select().from(entitlements), ({ userId }) => userId);
  return people.filter((person) => !agrees(person, all.get(person.userId) ?? [])).length;
}

function agrees({ world }: Person, rows: readonly Entitlement[]): boolean {
  return Array.from({ length: 420 }, (_, n) => world.today + n).every((on) => {
    const at = day(on + 0.5);
    const isOpen = rows.some(({ startsAt, endsAt }) => startsAt <= at && (endsAt === null || at < endsAt));
    return isOpen === mayOpen({ ...world, comps: [] }, on);
  });
}

/** Compares with the provider, which has the last word on each thing, twice. */
async function compare({ people }: Payments): Promise<Pick<Delivered, "wrongAfterwards" | "drift" | "driftAgain">> {
  const provider = fakeProvider();
  for (const { facts } of people) for (const fact of facts) provider.things.set(fact.id, fact);
  useProviders([provider]);
  knowTasks(inboxTasks);
  const { drift } = await reconcile("paddle");
  const again = await reconcile("paddle");
  return { wrongAfterwards: await countWrong(people), drift: drift.length, driftAgain: again.drift.length };
}
