import { sql } from "drizzle-orm";
import { index, primaryKey, snakeCase } from "drizzle-orm/pg-core";

/** Where a message to one address stands. `unknown`: the provider may have it, and nobody sends it again by himself. */
export const states = ["queued", "sending", "accepted", "refused", "unknown"] as const;
export type State = (typeof states)[number];

/** Mail to one address, as it was written when it was asked for. */
export const messages = snakeCase.table(
  "mail_messages",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    /** Of messages with the same key only the first exists. */
    key: t.text().unique(),
    template: t.text().notNull(),
    /** Null for what is transactional. */
    list: t.text(),
    address: t.text().notNull(),
    name: t.text().notNull(),
    subject: t.text().notNull(),
    html: t.text().notNull(),
    text: t.text().notNull(),
    headers: t.jsonb().$type<Record<string, string>>().notNull(),
    state: t.text({ enum: states }).notNull().default("queued"),
    /** Why it was refused or held, or is unknown. */
    reason: t.text().notNull().default(""),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    changedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    index()
      .on(t.state)
      .where(sql`state in ('queued', 'sending', 'unknown')`),
    index().on(t.address),
    index().on(t.createdAt),
    index().on(t.template),
    index().on(t.subject),
    index("mail_messages_words_index").using("gin", t.address.op("gin_trgm_ops"), t.subject.op("gin_trgm_ops")),
  ],
);

/** One text for many: who gets it was settled when it was prepared, and never changes. */
export const mailings = snakeCase.table("mail_mailings", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  key: t.text().notNull().unique(),
  template: t.text().notNull(),
  list: t.text().notNull(),
  subject: t.text().notNull(),
  html: t.text().notNull(),
  text: t.text().notNull(),
  headers: t.jsonb().$type<Record<string, string>>().notNull(),
  /** How many were asked for: as many as it has recipients, in whatever state. */
  candidates: t.integer().notNull(),
  preparedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** Why it stands still until somebody has looked. */
  stoppedBecause: t.text(),
  finishedAt: t.timestamp({ withTimezone: true }),
}));

/** The ledger: `excluded` are those who had left the list or cannot be sent to. */
export const recipientStates = [...states, "excluded"] as const;

export const mailingRecipients = snakeCase.table(
  "mail_recipients",
  (t) => ({
    mailingId: t
      .integer()
      .notNull()
      .references(() => mailings.id, { onDelete: "cascade" }),
    address: t.text().notNull(),
    name: t.text().notNull(),
    state: t.text({ enum: recipientStates }).notNull(),
    reason: t.text().notNull().default(""),
    /** The batch it travelled in last. */
    batchId: t.uuid(),
    /** The largest batch it may travel in: halved when one is rejected, until the one at fault is alone. */
    cap: t.integer().notNull().default(1000),
    changedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    primaryKey({ columns: [t.mailingId, t.address] }),
    index("mail_recipients_words_index").using("gin", t.address.op("gin_trgm_ops")),
    index()
      .on(t.mailingId, t.cap, t.address)
      .where(sql`state = 'queued'`),
    // What somebody takes along or has deleted is found by the address.
    index().on(t.address),
  ],
);

/** A call to the provider, written down before it is made. `returned`: certainly not sent, its recipients wait again. */
export const mailingBatches = snakeCase.table(
  "mail_batches",
  (t) => ({
    id: t.uuid().primaryKey(),
    mailingId: t
      .integer()
      .notNull()
      .references(() => mailings.id, { onDelete: "cascade" }),
    size: t.integer().notNull(),
    state: t.text({ enum: ["sending", "accepted", "returned", "refused", "unknown"] }).notNull(),
    reason: t.text().notNull().default(""),
    startedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    settledAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [index().on(t.mailingId, t.state)],
);

/** Addresses that nothing is sent to: they bounced, complained, or were put here by hand. */
export const suppressions = snakeCase.table("mail_suppressions", (t) => ({
  address: t.text().primaryKey(),
  reason: t.text({ enum: ["bounce", "complaint", "by hand"] }).notNull(),
  detail: t.text().notNull().default(""),
  since: t.timestamp({ withTimezone: true }).notNull(),
}));

/** Lists that readers know of, by the name that templates give. */
export const mailLists = snakeCase.table("mail_lists", (t) => ({
  name: t.text().primaryKey(),
  title: t.text().notNull(),
}));

/** Who has left which list; `*` is everything that is not transactional. */
export const optOuts = snakeCase.table(
  "mail_opt_outs",
  (t) => ({
    address: t.text().notNull(),
    list: t.text().notNull(),
    since: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.address, t.list] })],
);

/** What a provider told us, kept before it is acknowledged. */
export const webhooks = snakeCase.table("mail_webhooks", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  /** SHA-256 of the body. */
  hash: t.text().notNull().unique(),
  body: t.text().notNull(),
  receivedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  processedAt: t.timestamp({ withTimezone: true }),
}));

/** What happened to mail after it was accepted, each event once, however often it was told. */
export const mailEvents = snakeCase.table(
  "mail_events",
  (t) => ({
    id: t.text().primaryKey(),
    type: t.text().notNull(),
    address: t.text().notNull(),
    /** `message-12` or `mailing-3`. */
    reference: t.text().notNull(),
    detail: t.text().notNull(),
    occurredAt: t.timestamp({ withTimezone: true }).notNull(),
  }),
  (t) => [index().on(t.reference, t.type), index().on(t.address)],
);

/** What was sent while no provider is set: shown at `/dev/mail/`. */
export const mailbox = snakeCase.table("mail_mailbox", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  sender: t.text().notNull(),
  recipient: t.text().notNull(),
  subject: t.text().notNull(),
  html: t.text().notNull(),
  text: t.text().notNull(),
  headers: t.jsonb().$type<Record<string, string>>().notNull(),
  receivedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));

export type Message = typeof messages.$inferSelect;
export type Mailing = typeof mailings.$inferSelect;
export type Letter = typeof mailbox.$inferSelect;
