import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { notifyOwner } from "./notices.tsx";
import { mayAllOf, type Permission } from "./permissions.ts";
import { rolePermissions, roles, userRoles, type Role, type User } from "./schema.ts";
import { noOrigin, recordEvent, type Origin } from "./security-events.ts";
import { endSessions } from "./sessions.ts";

/** A role, what it may do, and how many people have it. Owners have `*`: all permissions there are and will be. */
export interface RoleInfo extends Role {
  permissions: string[];
  people: number;
}

/** Who gives and takes: somebody of the staff, or whoever sits at the machine and may do everything. */
export type Actor = Viewer | "command";

/** All roles, in the order in which they were made. */
export async function listRoles(): Promise<RoleInfo[]> {
  return await db
    .select({
      id: roles.id,
      name: roles.name,
      about: roles.about,
      createdAt: roles.createdAt,
      permissions: sql<string[]>`array(select ${rolePermissions.permission} from ${rolePermissions}
        where ${rolePermissions.roleId} = ${roles}.id order by 1)`,
      people: sql<number>`(select count(*)::integer from ${userRoles} where ${userRoles.roleId} = ${roles}.id)`,
    })
    .from(roles)
    .orderBy(asc(roles.id));
}

/** The role with this id; throws NotFound for one that is not there. */
export async function getRole(id: number): Promise<RoleInfo> {
  const role = (await listRoles()).find((each) => each.id === id);
  if (role === undefined) throw new NotFound("There is no such role.");
  return role;
}

/** The roles that somebody has. */
export async function listRolesOf(userId: number): Promise<RoleInfo[]> {
  const held = await db.select({ id: userRoles.roleId }).from(userRoles).where(eq(userRoles.userId, userId));
  const ids = new Set(held.map(({ id }) => id));
  return ids.size === 0 ? [] : (await listRoles()).filter(({ id }) => ids.has(id));
}

/** Whether somebody may do all of this, and so may give it, take it, and act on who has it. */
export function outranks(actor: Actor, permissions: readonly string[]): boolean {
  return actor === "command" || permissions.every((permission) => mayAllOf(actor, permission));
}

/** Whether somebody may act on this account: nobody does on those of the staff who may do more. */
export async function mayActOn(actor: Actor, userId: number): Promise<boolean> {
  return outranks(
    actor,
    (await listRolesOf(userId)).flatMap(({ permissions }) => permissions),
  );
}

/**
 * Whether the site would be without an owner if this one went. Until the end of the transaction no owner comes or goes
 * elsewhere.
 */
export async function isLastOwner(userId: number): Promise<boolean> {
  await db
    .select({ id: roles.id })
    .from(roles)
    .where(
      inArray(
        roles.id,
        db.select({ id: rolePermissions.roleId }).from(rolePermissions).where(eq(rolePermissions.permission, "*")),
      ),
    )
    .for("update");
  const { rows } = await db.execute<{ isOwner: boolean }>(sql`
    select u.id = ${userId} as "isOwner"
    from user_roles r join role_permissions p using (role_id) join users u on u.id = r.user_id
    where p.permission = '*' and (u.id = ${userId} or (u.banned_at is null and u.deletion_at is null))`);
  return rows.length > 0 && rows.every(({ isOwner }) => isOwner);
}

/**
 * Makes these the roles of somebody, who is told by mail and signs in anew. Answers why not, in a sentence, when the
 * actor would give or take what is not theirs, or the last owner would go.
 */
export async function setRoles(
  actor: Actor,
  user: User,
  roleIds: readonly number[],
  origin: Origin,
): Promise<string | undefined> {
  return await atomic(async () => {
    const isLast = await isLastOwner(user.id);
    const [all, before] = [await listRoles(), await listRolesOf(user.id)];
    const after = all.filter(({ id }) => roleIds.includes(id));
    const changed = all.filter((role) => has(before, role) !== has(after, role));
    if (changed.length === 0) return undefined;
    const touched = [...before, ...changed].flatMap(({ permissions }) => permissions);
    if (!outranks(actor, touched)) return "Nobody gives or takes what they may not do themselves.";
    if (isLast && !after.some(({ permissions }) => permissions.includes("*")))
      return "The last owner stays: make somebody else an owner first.";
    const taken = before.filter((role) => !has(after, role)).map(({ id }) => id);
    const given = after.filter((role) => !has(before, role)).map(({ id }) => id);
    await db.delete(userRoles).where(and(eq(userRoles.userId, user.id), inArray(userRoles.roleId, taken)));
    const row = { userId: user.id, grantedBy: idOf(actor) };
    if (given.length > 0) await db.insert(userRoles).values(given.map((roleId) => ({ ...row, roleId })));
    await endSessions(user.id);
    const details = { before: namesOf(before), after: namesOf(after) };
    await recordEvent("roles-changed", { userId: user.id, actorId: idOf(actor), details }, origin);
    await notifyOwner(user, "roles-changed", noOrigin, { detail: `Before: ${details.before}. Now: ${details.after}.` });
    return undefined;
  });
}

/** Gives somebody one role more. Answers why not, in a sentence. */
export async function grantRole(actor: Actor, user: User, role: Role, origin: Origin): Promise<string | undefined> {
  const held = await listRolesOf(user.id);
  return await setRoles(actor, user, [...held.map(({ id }) => id), role.id], origin);
}

export interface RoleFields {
  name: string;
  about: string;
  permissions: readonly Permission[];
}

/** Makes a role. Answers why not, in a sentence. */
export async function addRole(actor: Actor, fields: RoleFields, origin: Origin): Promise<string | undefined> {
  if (!outranks(actor, fields.permissions)) return tooMuch;
  return await atomic(async () => {
    const { name, about } = fields;
    const [role] = await db.insert(roles).values({ name, about }).onConflictDoNothing().returning();
    if (role === undefined) return nameTaken;
    await allow(role.id, fields.permissions);
    await recordEdit(actor, { role: name, before: "", after: wordsOf(fields.permissions) }, origin);
    return undefined;
  });
}

/** Changes a role. Whoever has it signs in anew when it may do other things. Answers why not, in a sentence. */
export async function editRole(
  actor: Actor,
  role: RoleInfo,
  fields: RoleFields,
  origin: Origin,
): Promise<string | undefined> {
  if (role.permissions.includes("*")) return "An owner may do everything, and that is not changed.";
  if (!outranks(actor, [...role.permissions, ...fields.permissions])) return tooMuch;
  return await atomic(async () => {
    const { name, about, permissions } = fields;
    const others = await db.select({ id: roles.id }).from(roles).where(eq(roles.name, name));
    if (others.some(({ id }) => id !== role.id)) return nameTaken;
    await db.update(roles).set({ name, about }).where(eq(roles.id, role.id));
    const [before, after] = [wordsOf(role.permissions), wordsOf(permissions)];
    if (before !== after) {
      await db.delete(rolePermissions).where(eq(rolePermissions.roleId, role.id));
      await allow(role.id, permissions);
      await endSessionsOf(actor, role);
    }
    const details: Record<string, string> = { role: name, before, after };
    if (name !== role.name) details.formerly = role.name;
    if (before !== after || name !== role.name) await recordEdit(actor, details, origin);
    return undefined;
  });
}

/** Takes a role away from everybody, for good. Answers why not, in a sentence. */
export async function removeRole(actor: Actor, role: RoleInfo, origin: Origin): Promise<string | undefined> {
  if (role.permissions.includes("*")) return "A site has owners, so their role stays.";
  if (!outranks(actor, role.permissions)) return tooMuch;
  await atomic(async () => {
    await endSessionsOf(actor, role);
    await db.delete(roles).where(eq(roles.id, role.id));
    await recordEdit(actor, { role: role.name, before: wordsOf(role.permissions), after: "removed" }, origin);
  });
  return undefined;
}

const tooMuch = "A role holds no more than what you may do yourself.";
const nameTaken = "Another role has this name.";

async function allow(roleId: number, permissions: readonly Permission[]): Promise<void> {
  if (permissions.length === 0) return;
  await db.insert(rolePermissions).values(permissions.map((permission) => ({ roleId, permission })));
}

async function endSessionsOf(actor: Actor, role: Role): Promise<void> {
  const holders = await db.select().from(userRoles).where(eq(userRoles.roleId, role.id));
  const own = actor === "command" ? undefined : actor.session?.id;
  for (const { userId } of holders) await endSessions(userId, own === undefined ? {} : { except: own });
}

async function recordEdit(actor: Actor, details: Record<string, string>, origin: Origin): Promise<void> {
  await recordEvent("role-edited", { userId: null, actorId: idOf(actor), details }, origin);
}

function idOf(actor: Actor): number | null {
  return actor === "command" ? null : actor.id;
}

function has(list: readonly Role[], role: Role): boolean {
  return list.some(({ id }) => id === role.id);
}

function namesOf(list: readonly Role[]): string {
  return list.length === 0 ? "none" : list.map(({ name }) => name).join(", ");
}

function wordsOf(permissions: readonly string[]): string {
  return permissions.length === 0 ? "nothing" : permissions.toSorted(alphabetically).join(", ");
}

function alphabetically(one: string, other: string): number {
  return one < other ? -1 : 1;
}
