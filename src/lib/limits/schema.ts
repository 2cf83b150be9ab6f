import { snakeCase } from "drizzle-orm/pg-core";

/** What has been used of each limit, in the form that rate-limiter-flexible keeps it. */
export const limits = snakeCase.table("limits", (t) => ({
  key: t.varchar({ length: 255 }).primaryKey(),
  points: t.integer().notNull().default(0),
  /** Milliseconds since 1970. */
  expire: t.bigint({ mode: "number" }),
}));
