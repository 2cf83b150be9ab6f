import { sql } from "drizzle-orm";
import { check, index, primaryKey, snakeCase, type AnyPgColumn } from "drizzle-orm/pg-core";
import { profiles } from "#apps/accounts/schema.ts";
import { media } from "#apps/media/schema.ts";
import { accesses } from "#apps/members/members.ts";
import { tsvector } from "#lib/tsvector.ts";

export const levels = ["basics", "intermediate", "advanced"] as const;
export type Level = (typeof levels)[number];

export const creditRoles = ["author", "technical reviewer", "editor", "illustrator", "translator"] as const;
export type CreditRole = (typeof creditRoles)[number];

/** The spine: one row for everything a reader can open. A kind of entry adds rows, never a branch in a query. */
export const entries = snakeCase.table(
  "entries",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    kind: t.text().notNull(),
    /** The address on this site: `/decorators/`. */
    path: t.text().notNull().unique(),
    title: t.text().notNull(),
    summary: t.text().notNull().default(""),
    access: t.text({ enum: accesses }).notNull().default("public"),
    level: t.text({ enum: levels }),
    /** A series or course that this is a part of, and its place there. */
    parentId: t.integer().references((): AnyPgColumn => entries.id, { onDelete: "set null" }),
    position: t.integer().notNull().default(0),
    imageId: t.integer().references(() => media.id, { onDelete: "restrict" }),
    /** Whether lists and feeds show it; search and the sitemap do in any case. */
    listed: t.boolean().notNull().default(true),
    readingMinutes: t.integer().notNull().default(0),
    /** Null for a draft; in the future for what is scheduled. */
    publishedAt: t.timestamp({ withTimezone: true }),
    /** When it ceases to be public: it becomes a draft again. */
    expiresAt: t.timestamp({ withTimezone: true }),
    /** When others were told that it is published; null before. */
    announcedAt: t.timestamp({ withTimezone: true }),
    /** When a reader would say that the text last changed. */
    updatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    index().on(t.publishedAt),
    index()
      .on(t.expiresAt)
      .where(sql`expires_at is not null`),
    index("entries_unannounced_index")
      .on(t.publishedAt)
      .where(sql`announced_at is null`),
    index().on(t.parentId, t.position),
    index().on(t.kind),
    index().on(t.title),
    index().on(t.access),
    index().on(t.updatedAt),
    index("entries_words_index").using("gin", t.title.op("gin_trgm_ops"), t.path.op("gin_trgm_ops")),
    check("entries_path_is_canonical", sql`${t.path} ~ '^/([a-z0-9_.-]+/)*$'`),
  ],
);

/** What an entry says: the source, and everything that can be computed from it when it is saved. */
export const bodies = snakeCase.table("bodies", (t) => ({
  id: t
    .integer()
    .primaryKey()
    .references(() => entries.id, { onDelete: "cascade" }),
  source: t.text().notNull(),
  html: t.text().notNull(),
  /** The part of `html` that everybody may read. */
  teaser: t.text().notNull(),
  headings: t.jsonb().$type<BodyHeading[]>().notNull(),
  features: t.jsonb().$type<BodyFeatures>().notNull(),
  /** What it was rendered with: another value means that it is rendered anew. */
  renderedWith: t.text().notNull(),
}));

export interface BodyHeading {
  level: number;
  id: string;
  text: string;
}
/** Which enhancements the page needs, so that it loads no script for what it does not show. */
export type BodyFeatures = Partial<Record<"code" | "sessions" | "tabs" | "zoom" | "math", boolean>>;

/** The text of a body by section, plain, for search. */
export const sections = snakeCase.table(
  "sections",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    position: t.integer().notNull(),
    anchor: t.text().notNull(),
    heading: t.text().notNull(),
    text: t.text().notNull(),
    code: t.text().notNull(),
    /** Whether everybody may read it, whatever the access of the entry is. */
    teaser: t.boolean().notNull(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.position] })],
);

/**
 * What an entry is found by: a row of its whole text for those who may open it, and one of its teaser for the others,
 * so that nobody finds what they may not read. Which of them counts is asked of the entry at the time of the search.
 */
export const searchIndex = snakeCase.table(
  "search_index",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    whole: t.boolean().notNull(),
    /** The words of the title, folded, with a space between. */
    title: t.text().notNull(),
    /** Title and headings alone: small enough to rank thousands of rows. */
    head: tsvector().notNull(),
    body: tsvector().notNull(),
  }),
  (t) => [
    primaryKey({ columns: [t.entryId, t.whole] }),
    // Every search reads the list of what waits to be sorted in, so it is kept short.
    index().using("gin", t.body).with({ gin_pending_list_limit: 256 }),
    index().using("gin", t.head).with({ gin_pending_list_limit: 128 }),
  ],
);

/** Every ordinary word that was ever saved: what somebody may have meant who mistyped one. */
export const searchWords = snakeCase.table(
  "search_words",
  (t) => ({
    word: t.text().primaryKey(),
    /** The word, and the word without any one of its letters: two words one slip apart have one of these in common. */
    slips: t.text().array().notNull(),
  }),
  (t) => [index().using("gin", t.slips), index().using("gin", t.word.op("gin_trgm_ops"))],
);

export const topics = snakeCase.table("topics", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: t.text().notNull().unique(),
  name: t.text().notNull(),
  summary: t.text().notNull().default(""),
  position: t.integer().notNull().default(0),
}));

export const entryTopics = snakeCase.table(
  "entry_topics",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    topicId: t
      .integer()
      .notNull()
      .references(() => topics.id, { onDelete: "cascade" }),
    position: t.integer().notNull(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.topicId] }), index().on(t.topicId)],
);

/** The team that worked on an entry, authors first. */
export const credits = snakeCase.table(
  "credits",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    profileId: t
      .integer()
      .notNull()
      .references(() => profiles.id, { onDelete: "cascade" }),
    role: t.text({ enum: creditRoles }).notNull(),
    position: t.integer().notNull(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.profileId, t.role] }), index().on(t.profileId)],
);

/** Pictures that an entry shows: for the sitemap, and to know what is used where. */
export const entryImages = snakeCase.table(
  "entry_images",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    mediaId: t
      .integer()
      .notNull()
      .references(() => media.id, { onDelete: "restrict" }),
    position: t.integer().notNull(),
    alt: t.text().notNull(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.mediaId] }), index().on(t.mediaId)],
);

/** "Keep learning", computed when entries are saved. */
export const related = snakeCase.table(
  "related",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    relatedId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    score: t.real().notNull(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.relatedId] }), index().on(t.relatedId)],
);

/** Former addresses. They point at an entry, not at an address, so they cannot chain or loop. */
export const redirects = snakeCase.table(
  "redirects",
  (t) => ({
    path: t.text().primaryKey(),
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    anchor: t.text().notNull().default(""),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.entryId)],
);

/** Former names of topics in addresses: each leads to the topic that it was merged into. */
export const topicRedirects = snakeCase.table(
  "topic_redirects",
  (t) => ({
    slug: t.text().primaryKey(),
    topicId: t
      .integer()
      .notNull()
      .references(() => topics.id, { onDelete: "cascade" }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.topicId)],
);

/** One row whose number rises in every transaction that changes what the public sees. */
export const contentVersion = snakeCase.table(
  "content_version",
  (t) => ({
    id: t.integer().primaryKey().default(1),
    version: t.bigint({ mode: "number" }).notNull().default(1),
  }),
  (t) => [check("content_version_is_one_row", sql`${t.id} = 1`)],
);

export type Entry = typeof entries.$inferSelect;
export type Body = typeof bodies.$inferSelect;
export type Topic = typeof topics.$inferSelect;
