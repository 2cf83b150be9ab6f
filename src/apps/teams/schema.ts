import { primaryKey, index, snakeCase } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import { subscriptions } from "#apps/billing/schema.ts";
import { entitlements } from "#apps/members/schema.ts";

/** Somebody pays for several: a team has the seats that its plan pays for. */
export const teams = snakeCase.table(
  "teams",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    name: t.text().notNull(),
    /** The subscription that pays for it. */
    subscriptionId: t
      .integer()
      .notNull()
      .references(() => subscriptions.id, { onDelete: "cascade" })
      .unique(),
    /** What its seats are seats of. */
    entitlementId: t.integer().references(() => entitlements.id, { onDelete: "set null" }),
    seats: t.integer().notNull(),
    /** SHA-256 of what the join link holds; null when there is none. */
    joinHash: t.text().unique(),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.entitlementId)],
);
export type Team = typeof teams.$inferSelect;

export const teamRoles = ["owner", "manager", "member"] as const;
export type TeamRole = (typeof teamRoles)[number];

export const teamMembers = snakeCase.table(
  "team_members",
  (t) => ({
    teamId: t
      .integer()
      .notNull()
      .references(() => teams.id, { onDelete: "cascade" }),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: t.text({ enum: teamRoles }).notNull().default("member"),
    /** Whether this person has one of the seats; who only pays has none. */
    hasSeat: t.boolean().notNull().default(true),
    joinedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.teamId, t.userId] }), index().on(t.userId)],
);
export type TeamMember = typeof teamMembers.$inferSelect;

/** Who was asked to take a seat and has not yet: a seat is kept for each. */
export const teamInvitations = snakeCase.table(
  "team_invitations",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    teamId: t
      .integer()
      .notNull()
      .references(() => teams.id, { onDelete: "cascade" }),
    address: t.text().notNull(),
    role: t.text({ enum: teamRoles }).notNull().default("member"),
    /** SHA-256 of what the link in the mail holds. */
    tokenHash: t.text().notNull().unique(),
    invitedBy: t.integer().references(() => users.id, { onDelete: "set null" }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: t.timestamp({ withTimezone: true }).notNull(),
  }),
  (t) => [index().on(t.teamId), index().on(t.invitedBy)],
);
export type TeamInvitation = typeof teamInvitations.$inferSelect;
