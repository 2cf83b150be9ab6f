import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { db, queryCount } from "#lib/db.ts";
import { securityEvents } from "#apps/accounts/schema.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { findEvents } from "./events.ts";

const day = (on: string): Date => new Date(`${on}T23:30:00Z`);

before(async () => {
  await db.insert(securityEvents).values([
    { kind: "sign-in", userId: 1, ip: "192.0.2.7", at: day("2026-11-01") },
    { kind: "sign-in-failed", userId: 2, ip: "192.0.2.70", at: day("2026-11-02") },
    {
      kind: "banned",
      userId: 2,
      actorId: 4,
      details: { reason: "<script>alert(1)</script>" },
      at: day("2026-11-03"),
    },
    { kind: "role-edited", userId: null, actorId: 4, ip: "2001:db8::1", at: day("2026-11-04") },
    ...Array.from({ length: 250 }, () => ({ kind: "sign-out", userId: 5, at: day("2026-11-05") })),
  ]);
});

const kinds = async (search: Parameters<typeof findEvents>[0]): Promise<string[]> =>
  (await findEvents(search)).events.map(({ kind }) => kind);

test("events are found by kind, person, place and day", async () => {
  assert.deepEqual(await kinds({ kind: "banned" }), ["banned"]);
  assert.deepEqual(await kinds({ person: "2" }), ["banned", "sign-in-failed"]);
  assert.deepEqual(await kinds({ person: " Otto@Example.org" }), ["role-edited", "banned"], "also what they did");
  assert.deepEqual(await kinds({ person: "nobody@example.org" }), []);
  assert.deepEqual(await kinds({ ip: "192.0.2." }), ["sign-in-failed", "sign-in"]);
  assert.deepEqual(await kinds({ ip: "%" }), []);
  assert.deepEqual(await kinds({ from: "2026-11-02", to: "2026-11-03" }), ["banned", "sign-in-failed"]);
  assert.deepEqual(await kinds({ person: "2", kind: "sign-in-failed", to: "2026-11-02" }), ["sign-in-failed"]);
});

test("the list goes on where it ended", async () => {
  const ids: number[] = [];
  for (let before: number | undefined, pages = 0; pages === 0 || before !== undefined; pages += 1) {
    const { events, next } = await findEvents({ person: "5", before });
    ids.push(...events.map(({ id }) => id));
    before = next;
  }
  assert.equal(ids.length, 250);
  assert.deepEqual(
    ids,
    [...new Set(ids)].toSorted((one, other) => other - one),
  );
});

test("the page keeps what was asked for, escapes what it shows, and costs one query", async () => {
  const otto = await newVisitor("otto");
  const start = queryCount();
  const page = await otto.get(urls.staffEvents({}, { person: "5", from: "2026-11-01" }));
  assert.equal(queryCount() - start, 2, "the session and the list");
  assert.match(page.html, /href="[^"]*person=5&amp;from=2026-11-01&amp;before=\d+"/);
  assert.match((await otto.get(urls.staffEvents({}, { kind: "banned" }))).html, /reason: &lt;script&gt;/);
  assert.equal((await otto.get(`${urls.staffEvents()}?kind=&person=&ip=&from=&to=`)).status, 200, "an empty form");
  for (const wrong of ["kind=nothing", "from=2026-02-30", "to=yesterday", "before=0", "kind=constructor"]) {
    assert.equal((await otto.get(`${urls.staffEvents()}?${wrong}`)).status, 400, wrong);
  }
});
