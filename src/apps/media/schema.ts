import { snakeCase } from "drizzle-orm/pg-core";

/** One row a picture, whatever it is called and however often it is used: the content is the key. */
export const media = snakeCase.table("media", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  /** SHA-256 of the file as it was uploaded, in hex. */
  hash: t.text().notNull().unique(),
  name: t.text().notNull(),
  format: t.text({ enum: ["jpeg", "png", "gif", "webp", "avif", "svg"] }).notNull(),
  sizeBytes: t.integer().notNull(),
  /** Size after EXIF rotation, in pixels. */
  width: t.integer().notNull(),
  height: t.integer().notNull(),
  animated: t.boolean().notNull().default(false),
  /** The dominant colour, `#rrggbb`, shown until the picture has arrived. */
  color: t.text(),
  /** The point a crop keeps, in percent from the left and from the top. */
  focusX: t.integer().notNull().default(50),
  focusY: t.integer().notNull().default(50),
  /** What it shows, in words: proposed wherever it is put into a text. */
  alt: t.text().notNull().default(""),
  /** Since when nothing shows it, as far as the last look knows. */
  unusedSince: t.timestamp({ withTimezone: true }),
  createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));

export type Media = typeof media.$inferSelect;
