import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { permissionNames } from "#apps/accounts/permissions.ts";
import { rolePermissions, roles, userRoles } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { getDeskEntry, listHistory, listStages } from "./manuscripts.ts";
import { remindDue } from "./notices.tsx";
import { manuscripts, stageMoves } from "./schema.ts";
import { addStage, removeStage } from "./stages.ts";
import { findNewest, saveVersion } from "./versions.ts";
import {
  approveVersion,
  assignEntry,
  listApprovals,
  listChecklist,
  listMoves,
  listStaff,
  moveEntry,
  setCheckmarks,
} from "./workflow.ts";

const otto: Viewer = { id: 4, name: "Otto Brandt", isMember: false, permissions: ["*", ...permissionNames] };
const ada: Viewer = {
  id: 3,
  name: "Ada Lindqvist",
  isMember: false,
  permissions: ["desk.open", "desk.write", "desk.review"],
};
assert.ok(site);
const all = await listStages();

function stage(slug: string): number {
  const found = all.find((each) => each.slug === slug);
  assert.ok(found, slug);
  return found.id;
}

async function idOf(path: string): Promise<number> {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  assert.ok(entry, path);
  return entry.id;
}

async function put(entryId: number, slug: string): Promise<void> {
  await getDeskEntry(entryId);
  await db
    .update(manuscripts)
    .set({ stageId: stage(slug) })
    .where(eq(manuscripts.entryId, entryId));
}

/** Somebody who has this role and nothing else. */
async function holder(name: string): Promise<Viewer> {
  const [role] = await db.select().from(roles).where(eq(roles.name, name));
  assert.ok(role, name);
  await db.delete(userRoles).where(eq(userRoles.userId, 3));
  await db.insert(userRoles).values({ userId: 3, roleId: role.id });
  const rows = await db.select().from(rolePermissions).where(eq(rolePermissions.roleId, role.id));
  const given = rows.map(({ permission }) => permission);
  return { ...ada, permissions: given.includes("*") ? ["*", ...permissionNames] : given };
}

test("every role makes the moves that the table gives it, and no others", async () => {
  const entryId = await idOf("/metaclasses/");
  const names = (await db.select().from(roles)).map(({ name }) => name);
  for (const name of names) {
    const viewer = await holder(name);
    const allowed = new Set(
      (
        await db
          .select({ move: stageMoves, role: roles.name })
          .from(stageMoves)
          .innerJoin(roles, eq(roles.id, stageMoves.roleId))
      )
        .filter(({ role }) => role === name)
        .map(({ move }) => `${move.fromId}-${move.toId}`),
    );
    for (const from of all) {
      for (const to of all.filter(({ id }) => id !== from.id)) {
        await put(entryId, from.slug);
        const tried = await moveEntry(viewer, entryId, to.id, { note: "Because." }).catch(() => "not found");
        // It is a draft: what publication decides is closed to everybody.
        const fits = to.slug !== "scheduled" && to.slug !== "published";
        const may =
          name === "owner" || (viewer.permissions.includes("desk.open") && allowed.has(`${from.id}-${to.id}`));
        const what = `${name}: ${from.slug} → ${to.slug} answered ${tried}`;
        assert.equal(tried === undefined, may && fits, what);
      }
    }
  }
  await holder("author");
});

test("a moved entry has its history, and open points ask for a note", async () => {
  const entryId = await idOf("/metaclasses/");
  await put(entryId, "draft");
  assert.match((await moveEntry(ada, entryId, stage("technical-review"))) ?? "", /2 points .* open/);
  const desk = await getDeskEntry(entryId);
  await setCheckmarks(ada, entryId, desk.stage.checklist);
  assert.ok((await listChecklist(desk)).every(({ done }) => done?.by === "Ada Lindqvist"));
  assert.equal(await moveEntry(ada, entryId, stage("technical-review")), undefined);
  const [moved] = await listHistory(entryId);
  assert.deepEqual([moved?.kind, moved?.details["to"], moved?.actor], ["moved", "Technical review", "Ada Lindqvist"]);
});

test("what is not theirs an author does not move, nor hands on", async () => {
  const [other] = await db
    .insert(entries)
    .values({ kind: "tutorial", path: "/of-somebody-else/", title: "Of somebody else" })
    .returning();
  const entryId = other?.id ?? 0;
  await assert.rejects(moveEntry(ada, entryId, stage("technical-review"), { note: "x" }), { name: "NotFound" });
  await assert.rejects(assignEntry(ada, entryId, { assigneeId: 3, dueOn: null }), { name: "NotFound" });
  assert.equal(await assignEntry(otto, entryId, { assigneeId: 3, dueOn: null }), undefined);
  assert.equal(await moveEntry(ada, entryId, stage("technical-review"), { note: "x" }), undefined);
});

test("only who may open the desk gets something into their hands, and hears of it by mail", async () => {
  const entryId = await idOf("/metaclasses/");
  assert.match((await assignEntry(otto, entryId, { assigneeId: 1, dueOn: null })) ?? "", /may open the desk/);
  await db.delete(messages);
  await assignEntry(otto, entryId, { assigneeId: 3, dueOn: "2031-05-02" });
  await moveEntry(otto, entryId, stage("copy-edit"), { note: "Well done." });
  await assignEntry(ada, entryId, { assigneeId: 3, dueOn: "2031-05-02" });
  await remindDue(new Date("2031-05-01T07:20:00Z"));
  await remindDue(new Date("2031-05-01T07:20:00Z"));
  await remindDue(new Date("2031-05-02T07:20:00Z"));
  const given = (await listHistory(entryId)).find(({ kind }) => kind === "assigned");
  assert.equal(given?.to, "Ada Lindqvist");
  assert.doesNotMatch(JSON.stringify(given.details), /Ada/);
  const mails = await db.select().from(messages).orderBy(messages.id);
  assert.deepEqual(
    mails.map(({ subject, address }) => [subject, address]),
    [
      ["Yours to do: Metaclasses", "ada@example.org"],
      ["Copy edit: Metaclasses", "ada@example.org"],
      ["Due tomorrow: Metaclasses", "ada@example.org"],
    ],
  );
  assert.ok(mails.every(({ list }) => list === "desk"));
});

test("an approval is of one version, and nobody approves their own", async () => {
  const entryId = await idOf("/metaclasses/");
  const newest = await findNewest(entryId);
  const { title = "", summary = "", number: baseNumber = 0 } = newest ?? {};
  const saved = await saveVersion(ada, entryId, { source: "Mine.", title, summary, baseNumber });
  assert.ok("number" in saved);
  assert.match((await approveVersion(ada, entryId, saved.number)) ?? "", /Somebody else/);
  assert.equal(await approveVersion(otto, entryId, saved.number), undefined);
  assert.ok((await listApprovals(entryId))[0]?.isCurrent);
  await saveVersion(ada, entryId, { source: "Mine, later.", title, summary, baseNumber: saved.number });
  assert.ok(!(await listApprovals(entryId))[0]?.isCurrent);
  assert.match((await approveVersion(otto, entryId, saved.number)) ?? "", /newer/);
});

test("stages are data: added, and removed when nothing is in them and publication needs them not", async () => {
  assert.equal(await addStage(otto, { name: "Fact check", checklist: ["Every number was looked up."] }), undefined);
  assert.match((await addStage(otto, { name: "Fact check", checklist: [] })) ?? "", /of this name/);
  const added = (await listStages()).find(({ slug }) => slug === "fact-check");
  assert.ok(added);
  assert.ok((await listMoves(otto)).get(stage("draft"))?.includes(added.id));
  assert.equal(await removeStage(otto, added.id), undefined);
  assert.match((await removeStage(otto, stage("published"))) ?? "", /stays/);
  assert.match((await removeStage(otto, stage("copy-edit"))) ?? "", /move them first/);
  await assert.rejects(addStage(ada, { name: "Mine", checklist: [] }), { name: "NotFound" });
  assert.deepEqual(
    (await listStaff()).map(({ id }) => id),
    [3, 4],
  );
});
