import { sql } from "drizzle-orm";
import { index, primaryKey, snakeCase, uniqueIndex } from "drizzle-orm/pg-core";

/** Everybody who has an account. Whoever has not confirmed an address yet has none: that waits in `one_time_tokens`. */
export const users = snakeCase.table(
  "users",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    /** The confirmed mail address, as its owner writes it. Capitals make no other address. */
    address: t.text().notNull(),
    name: t.text().notNull().default(""),
    /** Null for who signs in by other means only. */
    passwordHash: t.text(),
    /** What passkeys know the account by; says nothing of it. */
    handle: t.uuid().notNull().unique().defaultRandom(),
    timeZone: t.text().notNull().default("UTC"),
    /** The secret of the second factor, sealed; null when there is none. */
    totpSecret: t.text(),
    /** The step of the last code that was taken, so that none is good twice: RFC 6238, 5.2. */
    totpStep: t.integer(),
    /** Whether a sign-in by other means than a passkey is asked for a second factor: the app's code, or a passkey. */
    requiresSecondFactor: t.boolean().notNull().default(false),
    /** When its owner said no to the offer of a passkey. */
    passkeyDeclinedAt: t.timestamp({ withTimezone: true }),
    bannedAt: t.timestamp({ withTimezone: true }),
    banReason: t.text().notNull().default(""),
    /** When the account will be deleted, as its owner asked; until then it can be kept. */
    deletionAt: t.timestamp({ withTimezone: true }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    uniqueIndex("users_address_unique").on(sql`lower(${t.address})`),
    index().on(t.createdAt),
    index().on(t.address),
    index().on(t.name),
    index("users_words_index").using("gin", t.address.op("gin_trgm_ops"), t.name.op("gin_trgm_ops")),
    index()
      .on(t.deletionAt)
      .where(sql`deletion_at is not null`),
  ],
);
export type User = typeof users.$inferSelect;

/** People as readers see them: who writes, reviews and edits, and readers who want to be seen. */
export const profiles = snakeCase.table("profiles", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: t.text().notNull().unique(),
  name: t.text().notNull(),
  headline: t.text().notNull().default(""),
  bio: t.text().notNull().default(""),
  /** The content hash of a picture in `media`. */
  portrait: t.text(),
  links: t.jsonb().$type<ProfileLink[]>().notNull().default([]),
  /** Whose it is; null for people who have no account here. */
  userId: t
    .integer()
    .unique()
    .references(() => users.id, { onDelete: "set null" }),
  isPublic: t.boolean().notNull().default(true),
  createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));

export interface ProfileLink {
  label: string;
  url: string;
}
export type Profile = typeof profiles.$inferSelect;

export const signInMethods = ["password", "link", "provider", "passkey", "command", "impersonation"] as const;
export type SignInMethod = (typeof signInMethods)[number];

export const sessions = snakeCase.table(
  "sessions",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    /** SHA-256 of the token in the cookie, in hexadecimal: who reads this table cannot sign in. */
    tokenHash: t.text().notNull().unique(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    method: t.text({ enum: signInMethods }).notNull(),
    /** Whether two factors were shown, or a passkey, which is both. */
    hasSecondFactor: t.boolean().notNull().default(false),
    /** Whether it outlives the browser. */
    isPersistent: t.boolean().notNull().default(false),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    lastSeenAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** When its owner last proved who it is. */
    authenticatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: t.timestamp({ withTimezone: true }).notNull(),
    ip: t.text().notNull().default(""),
    country: t.text().notNull().default(""),
    userAgent: t.text().notNull().default(""),
    deviceId: t.integer().references(() => devices.id, { onDelete: "set null" }),
    /** Who of the staff acts in its owner's place, and why. */
    impersonatorId: t.integer().references(() => users.id, { onDelete: "cascade" }),
    impersonationReason: t.text().notNull().default(""),
  }),
  (t) => [index().on(t.userId), index().on(t.expiresAt), index().on(t.impersonatorId)],
);
export type Session = typeof sessions.$inferSelect;

/** Browsers in which somebody has signed in: known devices, by a cookie of their own. */
export const devices = snakeCase.table(
  "devices",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the token in the cookie, in hexadecimal. */
    tokenHash: t.text().notNull(),
    userAgent: t.text().notNull().default(""),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    lastSeenAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [uniqueIndex().on(t.userId, t.tokenHash)],
);

/** Accounts elsewhere that sign in to an account here: by issuer and subject, never by address. */
export const identities = snakeCase.table(
  "identities",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    issuer: t.text().notNull(),
    subject: t.text().notNull(),
    /** As the provider told it when the two were connected, to tell several apart. */
    address: t.text().notNull().default(""),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    lastUsedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [uniqueIndex().on(t.issuer, t.subject), index().on(t.userId)],
);

export const passkeys = snakeCase.table(
  "passkeys",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    credentialId: t.text().notNull().unique(),
    /** COSE key, base64url. */
    publicKey: t.text().notNull(),
    counter: t.bigint({ mode: "number" }).notNull(),
    transports: t.text().array().notNull().default([]),
    name: t.text().notNull(),
    isBackedUp: t.boolean().notNull().default(false),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    lastUsedAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [index().on(t.userId)],
);

export const recoveryCodes = snakeCase.table(
  "recovery_codes",
  (t) => ({
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    codeHash: t.text().notNull(),
    usedAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
);

export const tokenPurposes = [
  "register",
  "sign-in",
  "reset",
  "second-factor",
  "change-address",
  "confirm-address",
  "passkey",
] as const;
export type TokenPurpose = (typeof tokenPurposes)[number];

/** What is good once and for a while: links and codes in mails, and steps of a sign-in that is under way. */
export const oneTimeTokens = snakeCase.table(
  "one_time_tokens",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    purpose: t.text({ enum: tokenPurposes }).notNull(),
    /** SHA-256 of what the link or the cookie holds, in hexadecimal. */
    tokenHash: t.text().notNull().unique(),
    /** The same of the code that may be typed instead, with the token's own hash as salt. */
    codeHash: t.text(),
    codeExpiresAt: t.timestamp({ withTimezone: true }),
    /** Wrong codes so far. */
    attempts: t.integer().notNull().default(0),
    /** SHA-256 of the visit in which it was asked for: that browser may type the code. */
    visitHash: t.text().notNull().default(""),
    userId: t.integer().references(() => users.id, { onDelete: "cascade" }),
    address: t.text().notNull().default(""),
    data: t.jsonb().$type<unknown>().notNull().default({}),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: t.timestamp({ withTimezone: true }).notNull(),
    usedAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [index().on(t.userId), index().on(t.expiresAt)],
);
export type OneTimeToken = typeof oneTimeTokens.$inferSelect;

/** What happened that touches the security of an account or of the site. Rows are added, never changed. */
export const securityEvents = snakeCase.table(
  "security_events",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Such as `sign-in` or `password-changed`: see `security-events.ts`. */
    kind: t.text().notNull(),
    /** Whose account it is about. */
    userId: t.integer().references(() => users.id, { onDelete: "set null" }),
    /** Who did it, when that is somebody else. */
    actorId: t.integer().references(() => users.id, { onDelete: "set null" }),
    ip: t.text().notNull().default(""),
    country: t.text().notNull().default(""),
    userAgent: t.text().notNull().default(""),
    details: t.jsonb().$type<Record<string, string | number | boolean>>().notNull().default({}),
  }),
  (t) => [index().on(t.userId, t.id), index().on(t.kind, t.at), index().on(t.actorId), index().on(t.at)],
);
export type SecurityEvent = typeof securityEvents.$inferSelect;

/** What a member of the staff is: `owner` may do everything, the others what their permissions say. */
export const roles = snakeCase.table("roles", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  name: t.text().notNull().unique(),
  about: t.text().notNull().default(""),
  createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));
export type Role = typeof roles.$inferSelect;

export const rolePermissions = snakeCase.table(
  "role_permissions",
  (t) => ({
    roleId: t
      .integer()
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    /** One of `permissions.ts`, or `*` for all there are and will be. */
    permission: t.text().notNull(),
  }),
  (t) => [primaryKey({ columns: [t.roleId, t.permission] })],
);

export const userRoles = snakeCase.table(
  "user_roles",
  (t) => ({
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    roleId: t
      .integer()
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    grantedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    grantedBy: t.integer().references(() => users.id, { onDelete: "set null" }),
  }),
  (t) => [primaryKey({ columns: [t.userId, t.roleId] }), index().on(t.roleId), index().on(t.grantedBy)],
);

/** Why an account cannot be deleted yet, such as a subscription that is not cancelled: its deletion waits for the last of them. */
export const deletionHolds = snakeCase.table(
  "deletion_holds",
  (t) => ({
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** What holds it, once: `subscription 7`. */
    key: t.text().notNull(),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.userId, t.key] })],
);
