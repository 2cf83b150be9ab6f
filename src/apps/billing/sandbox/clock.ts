import { and, eq, inArray, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { sandboxObjects } from "../schema.ts";
import { addMonths, day, moved } from "./dates.ts";
import { letHappen, nextDue } from "./life.ts";
import { isTold, type SandboxSubscription } from "./objects.ts";
import { inWorld, listIn, tell, type World } from "./world.ts";

export const steps = ["day", "week", "month", "year", "renewal"] as const;
export type Step = (typeof steps)[number];

/**
 * Lets time pass for what these customers have. The database's clock stands still, so their moments move into the past
 * by as much, and what falls due on the way happens, one after another. Then everything is told as it is now.
 */
export async function moveClock(customers: readonly string[], step: Step): Promise<void> {
  await inWorld(customers, (world) => {
    const until = endOf(step, world);
    let left = until === undefined ? 0 : until.getTime() - world.now.getTime();
    for (let due = soonest(world); due !== undefined; due = soonest(world)) {
      const wait = Math.max(0, due.at.getTime() - world.now.getTime());
      if (wait > left) break;
      shift(world, wait);
      left -= wait;
      // It is another object since it was moved.
      const subscription = listIn(world, "subscription").find(({ id }) => id === due.id);
      if (subscription !== undefined) letHappen(world, subscription);
    }
    shift(world, left);
    if (until === undefined || until <= world.now) return;
    for (const object of world.objects.values()) if (isTold(object)) tell(world, `${object.kind}.updated`, object);
  });
}

/** Lets happen what has fallen due in the meantime, for everybody. */
export async function letTimePass(): Promise<void> {
  const rows = await db
    .selectDistinct({ customer: sql<string>`${sandboxObjects.data}->>'customer'` })
    .from(sandboxObjects)
    .where(and(eq(sandboxObjects.kind, "subscription"), sql`${sandboxObjects.data}->>'status' <> 'canceled'`));
  for (const { customer } of rows) {
    await inWorld([customer], (world) => {
      for (let due = soonest(world); due !== undefined && due.at <= world.now; due = soonest(world)) {
        letHappen(world, due.subscription);
      }
    });
  }
}

/** All customers that the sandbox has. */
export async function listCustomers(): Promise<string[]> {
  const rows = await db
    .select({ id: sandboxObjects.id })
    .from(sandboxObjects)
    .where(inArray(sandboxObjects.kind, ["customer"]));
  return rows.map(({ id }) => id);
}

function endOf(step: Step, world: World): Date | undefined {
  const { now } = world;
  if (step === "day") return new Date(now.getTime() + day);
  if (step === "week") return new Date(now.getTime() + 7 * day);
  if (step === "renewal") return soonest(world)?.at;
  return addMonths(now, step === "year" ? 12 : 1);
}

interface Due {
  id: string;
  at: Date;
  subscription: SandboxSubscription;
}

function soonest(world: World): Due | undefined {
  const all = listIn(world, "subscription").flatMap((subscription) => {
    const at = nextDue(subscription);
    return at === undefined ? [] : [{ id: subscription.id, at, subscription }];
  });
  return all.toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
}

function shift(world: World, ms: number): void {
  if (ms === 0) return;
  for (const [id, object] of world.objects) {
    if (!isTold(object)) continue;
    world.objects.set(id, { ...moved(object, ms), occurredAt: object.occurredAt });
    world.kept.add(id);
  }
}
