import { snakeCase } from "drizzle-orm/pg-core";

/** People who write, review and edit, as readers see them. */
export const profiles = snakeCase.table("profiles", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: t.text().notNull().unique(),
  name: t.text().notNull(),
  headline: t.text().notNull().default(""),
  bio: t.text().notNull().default(""),
  /** The content hash of a picture in `media`. */
  portrait: t.text(),
  links: t.jsonb().$type<ProfileLink[]>().notNull().default([]),
  createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));

export interface ProfileLink {
  label: string;
  url: string;
}
export type Profile = typeof profiles.$inferSelect;
