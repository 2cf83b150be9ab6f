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

/** While there is a row, mail and tasks wait: this is a restored copy, and the site it was made of may still work. */
export const holds = snakeCase.table("holds", (t) => ({
  /** `restore`: so there is one at most. */
  name: t.text().primaryKey(),
  since: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** When the backup was made: what waited then may have been done since, by the site that is gone. */
  madeAt: t.timestamp({ withTimezone: true }).notNull(),
}));
