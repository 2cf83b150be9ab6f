import { newVisitor } from "./helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { permissionNames } from "#apps/accounts/permissions.ts";
import { noOrigin } from "#apps/accounts/security-events.ts";
import { addUser } from "#apps/accounts/users.ts";
import { bookmarkEntry, completeEntry, findReading, notePosition } from "#apps/progress/readings.ts";
import { followMerges } from "#apps/progress/tasks.ts";
import { mergeAccounts } from "#apps/staff/merging.ts";
import { drainTasks } from "#lib/jobs.ts";
import type { Viewer } from "#lib/viewer.ts";

const owner: Viewer = { id: 4, isMember: false, permissions: ["*", ...permissionNames] };

test("where somebody with two accounts stands follows from what both did", async () => {
  await newVisitor();
  const kept = await addUser({ address: "sonja@home.example" });
  const other = await addUser({ address: "sonja@work.example" });
  assert.ok(kept && other);
  const [one, two]: [Viewer, Viewer] = [
    { id: kept.id, isMember: false, permissions: [] },
    { id: other.id, isMember: false, permissions: [] },
  ];
  await completeEntry(two, 1);
  await notePosition(two, 1, { anchor: "", percent: 40 });
  await bookmarkEntry(one, 1);
  assert.equal(await mergeAccounts(owner, { kept, other }, noOrigin), undefined);
  await drainTasks([followMerges]);
  const reading = await findReading(one, 1);
  assert.ok(reading?.completedAt && reading.savedAt);
  assert.equal(reading.percent, 40);
});
