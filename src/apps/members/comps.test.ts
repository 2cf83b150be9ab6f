import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { listEvents } from "#apps/accounts/security-events.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { putEntitlement } from "./entitlements.ts";
import { entitlements } from "./schema.ts";

const page = urls.staffMember({ id: "1" });
const guarded = "/decorators/";

test("a membership given by the staff opens at once, says why, and can be ended", async () => {
  const [otto, sam] = [await newVisitor("otto"), await newVisitor("sam")];
  assert.match((await sam.get(guarded)).html, /class="gate"/);
  assert.match((await otto.get(urls.staffPerson({ id: "1" }))).html, new RegExp(`href="${page}"`));
  assert.match((await otto.get(page)).text, /Nothing was ever bought/);

  const given = await otto.post(page, { until: "2999-03-03", reason: "He found a grave mistake." });
  assert.deepEqual([given.status, given.headers.location], [303, page]);
  assert.doesNotMatch((await sam.get(guarded)).html, /class="gate"/);
  const shown = await otto.get(page);
  assert.match(shown.text, /complimentary membership Current .* He found a grave mistake\. .*End now/);
  assert.deepEqual(await findMarkupFaults(shown.html), []);

  const [row] = await db.select().from(entitlements).where(eq(entitlements.userId, 1));
  assert.equal(row?.grantedBy, 4);
  const ended = await otto.post(page, { _method: "DELETE", entitlement: String(row?.id) });
  assert.equal(ended.status, 303);
  assert.match((await sam.get(guarded)).html, /class="gate"/);
  assert.match((await otto.get(page)).text, /complimentary membership Over/);
  assert.equal((await otto.post(page, { _method: "DELETE", entitlement: String(row?.id) })).status, 404);
  const told = (await listEvents(1)).map(({ kind, actorId }) => `${kind} by ${actorId}`);
  assert.deepEqual(told.slice(0, 2), ["membership-ended by 4", "membership-given by 4"]);
});

test("whoever gives or ends one has proved just now who they are", async () => {
  const otto = await newVisitor("otto", { authenticatedAt: new Date(Date.now() - 3_600_000) });
  const before = await db.$count(entitlements);
  const deeds: Record<string, string>[] = [
    { until: "2999-03-03", reason: "He found a grave mistake." },
    { _method: "DELETE", entitlement: "1" },
  ];
  for (const deed of deeds) {
    const answer = await otto.post(page, deed, page);
    assert.equal(answer.headers.location, urls.signInAgain({}, { next: urls.home() }));
  }
  assert.equal(await db.$count(entitlements), before);
});

test("what is missing is said beside its field, and nothing is given", async () => {
  const otto = await newVisitor("otto");
  const answer = await otto.post(page, { until: "2020-01-01", reason: " " }, page);
  assert.equal(answer.status, 422);
  assert.match(answer.text, /This day has passed\..*Say why/);
  assert.match((await otto.post(page, { until: "soon", reason: "x" })).text, /Say until which day/);
});

test("who is not of the staff neither sees nor gives, and what was bought cannot be ended here", async () => {
  const maya = await newVisitor("maya");
  assert.equal((await maya.get(page)).status, 404);
  await maya.get(urls.accountProfile());
  assert.equal((await maya.post(page, { until: "2999-03-03", reason: "x" })).status, 404);
  const startsAt = new Date();
  const id = await putEntitlement("subscription", "9", { userId: 5, label: "yearly plan", startsAt, endsAt: null });
  const otto = await newVisitor("otto");
  const tess = urls.staffMember({ id: "5" });
  assert.equal((await otto.post(tess, { _method: "DELETE", entitlement: String(id) }, tess)).status, 404);
  assert.doesNotMatch((await otto.get(tess)).text, /End now/);
});
