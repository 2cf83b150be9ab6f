import { sql } from "drizzle-orm";
import { foreignKey, index, primaryKey, snakeCase, type AnyPgColumn } from "drizzle-orm/pg-core";
import { roles, users } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";

/** Every saved text of an entry, oldest first. The public page shows one of them; none is ever changed. */
export const revisions = snakeCase.table(
  "revisions",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    number: t.integer().notNull(),
    source: t.text().notNull(),
    /** Where the text came from: "imported from intro.md". */
    note: t.text().notNull(),
    /** Title and summary that go with this text; null for those of the entry, as an import saves them. */
    title: t.text(),
    summary: t.text(),
    /** What somebody calls this version; null for most. */
    name: t.text(),
    authorId: t.integer().references(() => users.id, { onDelete: "set null" }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.number] }), index().on(t.authorId)],
);

/** What is typed and not saved as a revision yet: one of each entry for each who works on it. */
export const workingCopies = snakeCase.table(
  "working_copies",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The revision from which the work began; 0 when there was none. */
    baseNumber: t.integer().notNull(),
    source: t.text().notNull(),
    title: t.text().notNull(),
    summary: t.text().notNull(),
    /** Rises with each save of the same editor, so that a late one never overwrites a newer one. */
    sequence: t.bigint({ mode: "number" }).notNull(),
    updatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.userId] }), index().on(t.userId)],
);
export type WorkingCopy = typeof workingCopies.$inferSelect;

/** The stages that an entry goes through, in order. */
export const stages = snakeCase.table("stages", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: t.text().notNull().unique(),
  name: t.text().notNull(),
  position: t.integer().notNull(),
  /** What must be done in it before an entry moves on, a sentence each. */
  checklist: t.text().array().notNull().default([]),
}));
export type Stage = typeof stages.$inferSelect;

/** Which role may move an entry from where to where. */
export const stageMoves = snakeCase.table(
  "stage_moves",
  (t) => ({
    fromId: t
      .integer()
      .notNull()
      .references(() => stages.id, { onDelete: "cascade" }),
    toId: t
      .integer()
      .notNull()
      .references(() => stages.id, { onDelete: "cascade" }),
    roleId: t
      .integer()
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
  }),
  (t) => [primaryKey({ columns: [t.fromId, t.toId, t.roleId] }), index().on(t.toId), index().on(t.roleId)],
);

/** Where an entry stands on the desk. One without a row was imported, and is where its publication puts it. */
export const manuscripts = snakeCase.table(
  "manuscripts",
  (t) => ({
    entryId: t
      .integer()
      .primaryKey()
      .references(() => entries.id, { onDelete: "cascade" }),
    stageId: t
      .integer()
      .notNull()
      .references(() => stages.id, { onDelete: "restrict" }),
    assigneeId: t.integer().references(() => users.id, { onDelete: "set null" }),
    dueOn: t.date(),
    /** The revision that the page shows; null before anything was published here. */
    publishedNumber: t.integer(),
    /** A revision that will replace what is public, and when. */
    scheduledNumber: t.integer(),
    scheduledAt: t.timestamp({ withTimezone: true }),
    /** Before this nothing of it becomes public, whoever would publish it. */
    embargoUntil: t.timestamp({ withTimezone: true }),
    changedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    index().on(t.stageId),
    index().on(t.assigneeId),
    index()
      .on(t.scheduledAt)
      .where(sql`scheduled_at is not null`),
  ],
);
export type Manuscript = typeof manuscripts.$inferSelect;

export const deskEventKinds = [
  "moved",
  "assigned",
  "checked",
  "unchecked",
  "approved",
  "published",
  "scheduled",
  "unscheduled",
  "embargoed",
  "unpublished",
  "retired",
  "restored",
  "changed",
] as const;
export type DeskEventKind = (typeof deskEventKinds)[number];

/** What happened to an entry on the desk: moves, assignments, approvals, publications. Rows are only added. */
export const deskEvents = snakeCase.table(
  "desk_events",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    actorId: t.integer().references(() => users.id, { onDelete: "set null" }),
    kind: t.text({ enum: deskEventKinds }).notNull(),
    details: t.jsonb().$type<Record<string, string | number | null>>().notNull().default({}),
    at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.entryId, t.id), index().on(t.actorId)],
);

/** What of a stage's checklist is done for an entry. */
export const checkmarks = snakeCase.table(
  "checkmarks",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    stageId: t
      .integer()
      .notNull()
      .references(() => stages.id, { onDelete: "cascade" }),
    item: t.text().notNull(),
    userId: t.integer().references(() => users.id, { onDelete: "set null" }),
    at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.stageId, t.item] }), index().on(t.stageId), index().on(t.userId)],
);

export const remarkStates = ["open", "resolved", "accepted", "rejected"] as const;

/** What a reviewer says of a place in a text; with a suggestion, what should stand there instead. */
export const remarks = snakeCase.table(
  "remarks",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    entryId: t.integer().notNull(),
    /** The revision that was read. */
    number: t.integer().notNull(),
    /** Characters of its source: from here … */
    startsAt: t.integer().notNull(),
    /** … until here. */
    endsAt: t.integer().notNull(),
    /** What stood there, by which the place is found again in later texts. */
    quote: t.text().notNull(),
    /** Of an answer: what it answers. */
    parentId: t.integer().references((): AnyPgColumn => remarks.id, { onDelete: "cascade" }),
    authorId: t.integer().references(() => users.id, { onDelete: "set null" }),
    body: t.text().notNull(),
    suggestion: t.text(),
    state: t.text({ enum: remarkStates }).notNull().default("open"),
    settledBy: t.integer().references(() => users.id, { onDelete: "set null" }),
    settledAt: t.timestamp({ withTimezone: true }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    foreignKey({ columns: [t.entryId, t.number], foreignColumns: [revisions.entryId, revisions.number] }).onDelete(
      "cascade",
    ),
    index().on(t.entryId, t.state),
    index().on(t.parentId),
    index().on(t.authorId),
    index().on(t.settledBy),
  ],
);
export type Remark = typeof remarks.$inferSelect;

/** A secret address under which a version is read that is not public. */
export const previewLinks = snakeCase.table(
  "preview_links",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    entryId: t.integer().notNull(),
    number: t.integer().notNull(),
    /** SHA-256 of the token in the address, in hexadecimal. */
    tokenHash: t.text().notNull().unique(),
    createdBy: t.integer().references(() => users.id, { onDelete: "set null" }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: t.timestamp({ withTimezone: true }).notNull(),
  }),
  (t) => [
    foreignKey({ columns: [t.entryId, t.number], foreignColumns: [revisions.entryId, revisions.number] }).onDelete(
      "cascade",
    ),
    index().on(t.entryId),
    index().on(t.createdBy),
  ],
);

/** What the linter found in the newest text of an entry. */
export const findings = snakeCase.table(
  "lint_findings",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    entryId: t.integer().notNull(),
    number: t.integer().notNull(),
    rule: t.text().notNull(),
    severity: t.text({ enum: ["error", "warning", "hint"] }).notNull(),
    line: t.integer().notNull(),
    column: t.integer().notNull(),
    message: t.text().notNull(),
  }),
  (t) => [
    foreignKey({ columns: [t.entryId, t.number], foreignColumns: [revisions.entryId, revisions.number] }).onDelete(
      "cascade",
    ),
    index().on(t.entryId, t.severity),
  ],
);

/** What the last look at an address found to which published text links. */
export const linkChecks = snakeCase.table("link_checks", (t) => ({
  url: t.text().primaryKey(),
  /** A sentence; null when all is well. */
  problem: t.text(),
  /** When a look found a problem first, of those that have found one ever since. */
  brokenSince: t.timestamp({ withTimezone: true }),
  checkedAt: t.timestamp({ withTimezone: true }).notNull(),
}));

export type Revision = typeof revisions.$inferSelect;
