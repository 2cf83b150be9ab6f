import { maya } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { anonymous, type Viewer } from "#lib/viewer.ts";
import { canOpen } from "./members.ts";
import { putEntitlement, type Derived } from "./entitlements.ts";
import { explainReason, listEntitlements, whyOpen } from "./reasons.ts";

const day = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * day);
const tess: Viewer = { id: 5, isMember: true, permissions: [] };

test("a reader reads until when a membership is good, and what it comes from", async () => {
  assert.deepEqual((await whyOpen(maya)).map(explainReason), ["for good, from your complimentary membership"]);
  assert.deepEqual(await whyOpen(anonymous), []);
  await putYearly({ paidUntil: new Date("2999-03-03T00:00:00Z") });
  assert.deepEqual((await whyOpen(tess)).map(explainReason), ["until 3 March 2999, from your yearly plan"]);
  await putYearly({});
  assert.deepEqual((await whyOpen(tess)).map(explainReason), ["until 10 March 2999, from your yearly plan"]);
  await putYearly({ paidUntil: new Date("2026-03-03T00:00:00Z") });
  const late = "until 10 March 2999, though your yearly plan is paid until 3 March 2026 only";
  assert.deepEqual((await whyOpen(tess)).map(explainReason), [late]);
});

async function putYearly(more: Partial<Derived>): Promise<void> {
  const yearly = { userId: 5, label: "yearly plan", startsAt: inDays(-300), endsAt: new Date("2999-03-10T00:00:00Z") };
  await putEntitlement("subscription", "1", { ...yearly, ...more });
}

test("what lasts longest comes first, and what is over or to come is no reason", async () => {
  const base = { userId: 5, startsAt: inDays(-3) };
  await putEntitlement("gift", "1", { ...base, label: "gift", endsAt: inDays(-1) });
  await putEntitlement("gift", "2", { ...base, label: "later gift", startsAt: inDays(2), endsAt: inDays(9) });
  await putEntitlement("purchase", "1", { ...base, label: "lifetime plan", endsAt: null });
  assert.deepEqual(
    (await whyOpen(tess)).map(({ label }) => label),
    ["lifetime plan", "yearly plan"],
  );
  const states = Object.fromEntries((await listEntitlements(5)).map(({ label, state }) => [label, state]));
  assert.deepEqual(states, {
    gift: "over",
    "later gift": "coming",
    "lifetime plan": "current",
    "yearly plan": "current",
  });
});

test("a seat is good while what it is a seat of is, which opens nothing to who pays", async () => {
  const whole = { userId: 3, label: "team plan", startsAt: inDays(-10), isForSeats: true };
  const id = await putEntitlement("subscription", "2", { ...whole, endsAt: inDays(5) });
  const seat = { userId: 1, label: "seat", startsAt: inDays(-2), endsAt: null, ...(id && { seatOf: id }) };
  await putEntitlement("seat", "1", seat);
  const sam: Viewer = { id: 1, isMember: true, permissions: [] };
  const [reason] = await whyOpen(sam);
  assert.equal(reason?.goodUntil?.toISOString().slice(0, 10), inDays(5).toISOString().slice(0, 10));
  assert.deepEqual(await whyOpen({ id: 3, isMember: false, permissions: [] }), []);
  await putEntitlement("subscription", "2", { ...whole, endsAt: inDays(-1) });
  assert.deepEqual(await whyOpen(sam), []);
  assert.equal((await listEntitlements(1))[0]?.state, "over");
  await putEntitlement("subscription", "2", null);
  assert.deepEqual(await listEntitlements(1), []);
});

test("what opens entries opens their parts, and nothing else for members", () => {
  const viewer: Viewer = { id: 1, isMember: false, opens: [7], permissions: [] };
  assert.ok(canOpen(viewer, { access: "members", id: 7 }));
  assert.ok(canOpen(viewer, { access: "members", id: 8, parentId: 7 }));
  assert.ok(!canOpen(viewer, { access: "members", id: 8, parentId: null }));
  assert.ok(!canOpen(viewer, { access: "members" }));
});
