import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { and, desc, eq } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { messages } from "#apps/mail/schema.ts";
import { permissionNames } from "./permissions.ts";
import { addRole, editRole, grantRole, isLastOwner, listRoles, removeRole, setRoles, type RoleInfo } from "./roles.ts";
import { roles, securityEvents, sessions, users } from "./schema.ts";
import { noOrigin } from "./security-events.ts";
import { getUser } from "./users.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const [samId, adaId, ottoId] = [1, 3, 4];
const owner: Viewer = { id: ottoId, isMember: false, permissions: ["*", ...permissionNames] };
const tables = ["view", "add", "change", "delete"].map((deed) => `admin.*.${deed}`);
const named = permissionNames.filter((name) => name !== "audit.view");
const admin: Viewer = { id: 5, isMember: false, permissions: [...named, ...tables] };

async function roleNamed(name: string): Promise<RoleInfo> {
  const role = (await listRoles()).find((each) => each.name === name);
  assert.ok(role, name);
  return role;
}

async function newest(userId: number | null): Promise<typeof securityEvents.$inferSelect | undefined> {
  const whose = userId === null ? undefined : eq(securityEvents.userId, userId);
  const [event] = await db.select().from(securityEvents).where(whose).orderBy(desc(securityEvents.id)).limit(1);
  return event;
}

test("a role that is given ends sessions, is told by mail, and is kept with before and after", async () => {
  const sam = await getUser(samId);
  await newVisitor("sam");
  assert.equal(await grantRole(owner, sam, await roleNamed("support"), noOrigin), undefined);
  assert.equal(await db.$count(sessions, eq(sessions.userId, samId)), 0);
  const event = await newest(samId);
  assert.equal(event?.kind, "roles-changed");
  assert.equal(event?.actorId, ottoId);
  assert.deepEqual([event?.details.before, event?.details.after], ["none", "support"]);
  const [mail] = await db.select().from(messages).where(eq(messages.address, sam.address)).orderBy(desc(messages.id));
  assert.match(mail?.text ?? "", /Before: none\. Now: support\./);

  await newVisitor("sam");
  assert.equal(await setRoles(owner, sam, [], noOrigin), undefined);
  assert.equal(await db.$count(sessions, eq(sessions.userId, samId)), 0);
  assert.equal((await newest(samId))?.details.after, "none");
});

test("what changes nothing ends no session", async () => {
  await newVisitor("sam");
  assert.equal(await setRoles(owner, await getUser(samId), [], noOrigin), undefined);
  assert.equal(await db.$count(sessions, eq(sessions.userId, samId)), 1);
});

test("nobody gives, takes or edits more than they may themselves", async () => {
  const [sam, ada, otto] = [await getUser(samId), await getUser(adaId), await getUser(ottoId)];
  for (const name of ["owner", "admin", "support"]) {
    assert.match((await grantRole(admin, sam, await roleNamed(name), noOrigin)) ?? "", /may not do themselves/, name);
  }
  assert.match((await setRoles(admin, otto, [], noOrigin)) ?? "", /may not do themselves/);
  assert.match((await grantRole(admin, otto, await roleNamed("editor"), noOrigin)) ?? "", /may not do themselves/);
  assert.equal(await grantRole(admin, ada, await roleNamed("editor"), noOrigin), undefined);

  const support = await roleNamed("support");
  const fields = { name: "support", about: "", permissions: [] };
  assert.match((await editRole(admin, support, fields, noOrigin)) ?? "", /no more than what you may/);
  assert.match((await removeRole(admin, support, noOrigin)) ?? "", /no more than what you may/);
  const seeing = { name: "auditor", about: "", permissions: ["audit.view"] as const };
  assert.match((await addRole(admin, seeing, noOrigin)) ?? "", /no more than what you may/);
  // Who may treat every table may give the right to one; who may treat their own rows gives no more than that.
  const writer: Viewer = { ...admin, permissions: ["admin.entries.view.own"] };
  for (const [who, permission, isRefused] of [
    [admin, "admin.entries.view.own", false],
    [admin, "admin.topics.delete", false],
    [writer, "admin.entries.view.own", false],
    [writer, "admin.entries.view", true],
    [writer, "admin.*.view.own", true],
  ] as const) {
    const refused = await addRole(who, { name: permission, about: "", permissions: [permission] }, noOrigin);
    assert.equal(refused !== undefined, isRefused, `${who.permissions.length} ${permission}`);
    await db.delete(roles).where(eq(roles.name, permission));
  }
  // Whoever has every permission that there is today is no owner yet.
  const nearly = { ...owner, permissions: [...permissionNames] };
  assert.match((await grantRole(nearly, sam, await roleNamed("owner"), noOrigin)) ?? "", /may not do themselves/);
});

test("the owner's role is neither edited nor removed", async () => {
  const role = await roleNamed("owner");
  const fields = { name: "king", about: "", permissions: [] };
  assert.match((await editRole("command", role, fields, noOrigin)) ?? "", /not changed/);
  assert.match((await removeRole("command", role, noOrigin)) ?? "", /stays/);
});

test("the last owner stays, and who is banned or leaves is none", async () => {
  const [sam, otto] = [await getUser(samId), await getUser(ottoId)];
  assert.equal(await isLastOwner(ottoId), true);
  assert.equal(await isLastOwner(samId), false);
  assert.match((await setRoles(owner, otto, [], noOrigin)) ?? "", /last owner stays/);
  assert.match((await setRoles("command", otto, [], noOrigin)) ?? "", /last owner stays/);

  assert.equal(await grantRole(owner, sam, await roleNamed("owner"), noOrigin), undefined);
  assert.equal(await isLastOwner(ottoId), false);
  for (const gone of [{ bannedAt: new Date() }, { deletionAt: new Date() }]) {
    await db.update(users).set(gone).where(eq(users.id, samId));
    assert.equal(await isLastOwner(ottoId), true, JSON.stringify(gone));
    await db.update(users).set({ bannedAt: null, deletionAt: null }).where(eq(users.id, samId));
  }
  assert.equal(await setRoles(owner, otto, [], noOrigin), undefined);
  assert.equal(await isLastOwner(samId), true);
  assert.equal(await grantRole("command", otto, await roleNamed("owner"), noOrigin), undefined);
  assert.equal(await setRoles("command", sam, [], noOrigin), undefined);
});

test("of two owners who leave at once one stays", async () => {
  const [sam, otto] = [await getUser(samId), await getUser(ottoId)] as const;
  await grantRole("command", sam, await roleNamed("owner"), noOrigin);
  const answers = await Promise.all([sam, otto].map((user) => atomic(() => setRoles("command", user, [], noOrigin))));
  assert.equal(answers.filter((answer) => answer === undefined).length, 1);
  await grantRole("command", otto, await roleNamed("owner"), noOrigin);
  await setRoles("command", sam, [], noOrigin);
  assert.equal(await isLastOwner(ottoId), true);
});

test("a role that is edited or removed signs out who has it", async () => {
  const fields = { name: "moderator", about: "Keeps the peace.", permissions: ["people.view"] as const };
  assert.equal(await addRole(owner, fields, noOrigin), undefined);
  assert.equal(await addRole(owner, fields, noOrigin), "Another role has this name.");
  const role = await roleNamed("moderator");
  await grantRole(owner, await getUser(samId), role, noOrigin);

  await newVisitor("sam");
  assert.equal(await editRole(owner, role, { ...fields, about: "Keeps quiet." }, noOrigin), undefined);
  assert.equal(await db.$count(sessions, eq(sessions.userId, samId)), 1, "its words alone change no rights");
  assert.equal(
    await editRole(owner, await roleNamed("moderator"), { ...fields, permissions: ["people.ban"] }, noOrigin),
    undefined,
  );
  assert.equal(await db.$count(sessions, eq(sessions.userId, samId)), 0);
  const edited = await newest(null);
  assert.deepEqual([edited?.kind, edited?.details.after], ["role-edited", "people.ban"]);
  assert.equal(await editRole(owner, role, { ...fields, name: "support" }, noOrigin), "Another role has this name.");
  await editRole(
    owner,
    await roleNamed("moderator"),
    { ...fields, name: "warden", permissions: ["people.ban"] },
    noOrigin,
  );
  assert.equal((await newest(null))?.details.formerly, "moderator", "a new name is no secret either");

  await newVisitor("sam");
  assert.equal(await removeRole(owner, await roleNamed("warden"), noOrigin), undefined);
  assert.equal(await db.$count(sessions, and(eq(sessions.userId, samId))), 0);
});
