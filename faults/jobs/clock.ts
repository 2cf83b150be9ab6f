import { drainTasks, every } from "#lib/jobs.ts";
import { createScheduler } from "#lib/jobs/schedules.ts";
import { openWorld } from "./world.ts";

const hour = 3_600_000;

/** J4: two schedulers, minute by minute through the 48 hours around each change of clocks. */
export async function changeClocks(options: { timeZone: string; around: string; daily: string; minutes: number }) {
  const world = await openWorld();
  try {
    const often: string[] = [];
    const days: string[] = [];
    const name = `trial.clock-${options.around.slice(0, 10)}`;
    const { timeZone } = options;
    const tasks = [
      every(
        `${name}-quarter`,
        `*/${options.minutes} * * * *`,
        { timeZone },
        async ({ slot }) => void often.push(slot.toISOString()),
      ),
      every(`${name}-day`, options.daily, { timeZone }, async ({ slot }) => void days.push(slot.toISOString())),
    ];
    const unscheduled = tasks.map(({ schedule: _schedule, ...task }) => task);
    const schedulers = [createScheduler(tasks), createScheduler(tasks)];
    const step = options.minutes * 60_000;
    const from = Date.parse(options.around) - 24 * hour;
    for (let now = from; now <= from + 48 * hour; now += 60_000) {
      await Promise.all(schedulers.map((scheduler) => scheduler.tick(new Date(now))));
      if (now % step === 0) await drainTasks(unscheduled, { now: new Date(now) });
    }
    const wanted = Array.from({ length: (48 * hour) / step }, (_, index) => new Date(from + (index + 1) * step));
    return { often, wanted: wanted.map((slot) => slot.toISOString()), days };
  } finally {
    await world.close();
  }
}
