import { eq } from "drizzle-orm";
import type { PgBoss } from "pg-boss";
import { atomic, db } from "../db.ts";
import { UserError } from "../errors.ts";
import { log } from "../log.ts";
import { openQueues } from "./boss.ts";
import { enqueue } from "./enqueue.ts";
import { mayRun } from "./hold.ts";
import { jobSchedules } from "./schema.ts";
import type { AnyTask, Schedule } from "./task.ts";

export interface Scheduler {
  /** Fires what is due at `now`, and may run while held. Cheap between two slots: it asks the database at their time only. */
  tick: (now: Date, state?: { held: boolean }) => Promise<void>;
}

export function createScheduler(tasks: readonly AnyTask[]): Scheduler {
  const nextLook = new Map<string, Date>();
  return {
    tick: async (now, { held } = { held: false }) => {
      for (const task of tasks) {
        const { schedule } = task;
        if (schedule === undefined || !mayRun(task, held) || now < (nextLook.get(task.name) ?? now)) continue;
        const boss = await openQueues();
        try {
          const looked = await fire(boss, task, schedule, now);
          if (looked) nextLook.set(task.name, nextSlot(boss, schedule, now) ?? new Date(now.getTime() + 86_400_000));
        } catch (error) {
          // The others are not to wait for one that cannot be fired.
          log.error({ task: task.name, error }, "a schedule could not be fired");
        }
      }
    },
  };
}

/** Asks for a run of the latest slot up to `now` that has not been fired, unless another worker is about to. */
async function fire(boss: PgBoss, task: AnyTask, schedule: Schedule, now: Date): Promise<boolean> {
  const { name } = task;
  return atomic(async () => {
    // The first slot of a schedule is the first one after it is known.
    await db.insert(jobSchedules).values({ name, lastSlot: now }).onConflictDoNothing();
    const [row] = await db
      .select()
      .from(jobSchedules)
      .where(eq(jobSchedules.name, name))
      .for("update", { skipLocked: true });
    // Nobody waits for it: it may have been paused.
    if (row === undefined) return false;
    const slot = latestSlot(boss, schedule, row.lastSlot, now);
    if (slot === undefined) return true;
    await db.update(jobSchedules).set({ lastSlot: slot }).where(eq(jobSchedules.name, name));
    const id = await enqueue(task, { slot: slot.toISOString() });
    if (id === undefined) log.warn({ task: name, slot }, "a slot was left out: the run before has not ended");
    return true;
  });
}

export interface ScheduleState extends Schedule {
  name: string;
  last: Date | undefined;
  next: Date | undefined;
}

/** Every schedule among the tasks, with the slot that fired last and the one that comes next. */
export async function listSchedules(tasks: readonly AnyTask[], now: Date): Promise<ScheduleState[]> {
  const boss = await openQueues();
  const last = new Map((await db.select().from(jobSchedules)).map((row) => [row.name, row.lastSlot]));
  return tasks.flatMap(({ name, schedule }) => {
    if (schedule === undefined) return [];
    return [{ name, ...schedule, last: last.get(name), next: nextSlot(boss, schedule, now) }];
  });
}

/** Asks for a run of a schedule now. Answers the job, or nothing when the run before has not ended. Throws a UserError for what is none. */
export async function runNow(tasks: readonly AnyTask[], name: string, now = new Date()): Promise<string | undefined> {
  const found = tasks.find((task) => task.name === name && task.schedule !== undefined);
  if (found === undefined) throw new UserError(`No schedule is called ${name}.`);
  return await enqueue(found, { slot: now.toISOString() });
}

/** The schedules that should have fired by then and have not, with the slot that was missed first. */
export async function listMissed(tasks: readonly AnyTask[], until: Date): Promise<{ name: string; slot: Date }[]> {
  const boss = await openQueues();
  const last = new Map((await db.select().from(jobSchedules)).map((row) => [row.name, row.lastSlot]));
  return tasks.flatMap(({ name, schedule }) => {
    const fired = last.get(name);
    const slot = schedule && fired && nextSlot(boss, schedule, fired);
    return slot !== undefined && slot <= until ? [{ name, slot }] : [];
  });
}

/** The latest slot after `after` and not after `until`, if there is one. */
export function latestSlot(boss: PgBoss, schedule: Schedule, after: Date, until: Date): Date | undefined {
  // A look back is longer than the one before it only when that one has found nothing, so none finds many.
  for (const days of [1 / 24, 2, 63, 732]) {
    const from = new Date(Math.max(after.getTime(), until.getTime() - days * 86_400_000));
    let slot: Date | undefined;
    for (let next = nextSlot(boss, schedule, from); next !== undefined && next <= until;) {
      slot = next;
      next = nextSlot(boss, schedule, slot);
    }
    if (slot !== undefined || from.getTime() === after.getTime()) return slot;
  }
  return undefined;
}

function nextSlot(boss: PgBoss, { cron, timeZone }: Schedule, after: Date): Date | undefined {
  const startsAt = (from: Date, count: number): Date[] => boss.previewSchedule(cron, { tz: timeZone, from, count });
  if (timeZone === "UTC") return startsAt(after, 1)[0];
  // Of a time that comes twice when clocks go back, the second is left out only when the walk began before the first, so
  // it begins three hours early. Slots take long to find, so as few are asked for as will do.
  const early = new Date(after.getTime() - 3 * 3_600_000);
  for (const count of [1, 8, 64, 512]) {
    const slot = startsAt(early, count).find((each) => each > after);
    if (slot !== undefined) return slot;
  }
  return undefined;
}
