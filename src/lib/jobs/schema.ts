import { snakeCase } from "drizzle-orm/pg-core";

/** The last slot of each schedule that was fired, or made up for. */
export const jobSchedules = snakeCase.table("job_schedules", (t) => ({
  name: t.text().primaryKey(),
  lastSlot: t.timestamp({ withTimezone: true }).notNull(),
}));

/** When a queue with a limit of rate lets its next task begin, whichever worker runs it. */
export const jobRates = snakeCase.table("job_rates", (t) => ({
  name: t.text().primaryKey(),
  nextAt: t.timestamp({ withTimezone: true }).notNull(),
}));
