import { site } from "./helpers/site.ts";
import { newVisitor } from "./helpers/visitor.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asc, desc } from "drizzle-orm";
import { findBarriers } from "./helpers/accessibility.ts";
import { openBrowser } from "./helpers/browser.ts";
import { skip } from "./helpers/chromium.ts";
import { findMarkupFaults } from "./helpers/markup.ts";
import { tasks } from "#apps.ts";
import { rolePermissions, roles, securityEvents, userRoles } from "#apps/accounts/schema.ts";
import { prices } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { useProviders } from "#apps/billing/providers.ts";
import { paymentEvents, providerPrices, reconciliations, subscriptions } from "#apps/billing/schema.ts";
import { day, subscriptionFact } from "#apps/billing/testing/facts.ts";
import { fakeProvider, tell, type Told } from "#apps/billing/testing/fake-provider.ts";

const paddle = fakeProvider();
useProviders([paddle]);
const otto = await newVisitor("otto");
const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const fact = subscriptionFact();

async function send(event: Told | Buffer, headers: Record<string, string> = {}, provider = "paddle"): Promise<number> {
  const told = Buffer.isBuffer(event) ? { body: event, headers: {} } : tell(event);
  const answer = await fetch(baseURL + urls.paymentEvents({ provider }), {
    method: "POST",
    body: new Uint8Array(told.body),
    headers: { ...told.headers, ...headers },
  });
  await answer.text();
  return answer.status;
}

before(async () => {
  const [price] = await db.select().from(prices).limit(1);
  await db.insert(providerPrices).values({ provider: "paddle", providerId: "pri_1", priceId: price?.id ?? 0 });
  assert.equal(await send({ id: "evt_1", kind: "subscription.created", fact }), 200);
  assert.equal(await send({ id: "evt_2", kind: "customer.updated" }), 200);
  assert.equal(await send({ id: "evt_3", kind: "transaction.completed", refused: "It is of another account." }), 200);
  await drainTasks(tasks);
  assert.equal(await send({ id: "evt_4", kind: "subscription.canceled" }), 200);
  paddle.things.set("sub_1", { ...fact, occurredAt: day(2), quantity: 2 });
});

test("an event is answered once it is kept, and never what nobody signed, is too large or for nobody", async () => {
  const count = await db.$count(paymentEvents);
  assert.equal(await send({ id: "evt_1", kind: "subscription.created", fact }), 200, "told again");
  assert.equal(await send(Buffer.from("{}")), 401);
  assert.equal(await send({ id: "evt_9" }, { "fake-signature": "wrong" }), 401);
  assert.equal(await send(Buffer.alloc(1_000_001, "x")), 413);
  for (const provider of ["stripe", "sandbox", "nobody"]) assert.equal(await send({ id: "evt_9" }, {}, provider), 404);
  assert.equal(await db.$count(paymentEvents), count);
});

test("the staff finds an event by its outcome, its provider and what it is about", async () => {
  const page = await otto.get(urls.staffPaymentEvents());
  for (const kind of ["subscription.created", "customer.updated", "transaction.completed", "subscription.canceled"]) {
    assert.ok(page.text.includes(kind), kind);
  }
  const list = async (query: object): Promise<string[]> => {
    const { html } = await otto.get(urls.staffPaymentEvents({}, { ...query }));
    return [...html.matchAll(/\/staff\/payments\/events\/(\d+)\//g)].map(([, id = ""]) => id);
  };
  assert.deepEqual(await list({ state: "refused" }), ["3"]);
  assert.deepEqual(await list({ state: "waiting", provider: "" }), ["4"]);
  assert.deepEqual(await list({ provider: "stripe" }), []);
  assert.deepEqual(await list({ q: "sub_1" }), ["1"]);
  assert.deepEqual(await list({ q: "evt_2", before: 3 }), ["2"]);
});

test("an event is explained without effect, and replayed", async () => {
  const address = urls.staffPaymentEvent({ id: "1" });
  const shown = await otto.get(address);
  assert.match(shown.text, /applied .* New: subscription sub_1 is active.* "periodEndsAt"/s);
  const explained = await otto.post(address, { act: "explain" }, address);
  assert.match(explained.text, /Carried out now, it would be: outdated This is known already/);
  const replayed = await otto.post(address, { act: "replay" }, address);
  assert.equal(replayed.status, 303);
  assert.match((await otto.get(String(replayed.headers.location))).text, /carried out once more.* outdated/s);
  assert.deepEqual(await lastDeed(), {
    kind: "payment-event-replayed",
    actorId: 4,
    details: { event: 1, provider: "paddle", kind: "subscription.created" },
  });
  for (const id of ["999", "x", "1e99"]) assert.equal((await otto.get(urls.staffPaymentEvent({ id }))).status, 404);
});

async function lastDeed() {
  const { kind, actorId, details } = securityEvents;
  const [last] = await db
    .select({ kind, actorId, details })
    .from(securityEvents)
    .orderBy(desc(securityEvents.id))
    .limit(1);
  return last;
}

test("the staff has a provider compared, and sees what differed", async () => {
  const address = urls.staffReconciliations();
  assert.match((await otto.get(address)).text, /Nothing was compared yet/);
  const asked = await otto.post(address, { provider: "paddle" });
  assert.equal(asked.status, 303);
  assert.deepEqual(await lastDeed(), { kind: "payments-compared", actorId: 4, details: { provider: "paddle" } });
  await drainTasks(tasks);
  const page = await otto.get(String(asked.headers.location));
  assert.match(page.text, /subscription sub_1 quantity 1 2 mended/);
  assert.equal((await db.select().from(subscriptions))[0]?.quantity, 2);
  assert.equal((await otto.post(address, { provider: "stripe" }, address)).status, 400);
});

test("whoever may look only looks, and does not read who people are", async () => {
  const [role] = await db.insert(roles).values({ name: "looks on" }).returning();
  await db.insert(rolePermissions).values({ roleId: role?.id ?? 0, permission: "members.view" });
  await db.insert(userRoles).values({ userId: 3, roleId: role?.id ?? 0 });
  const ada = await newVisitor("ada");
  const address = urls.staffPaymentEvent({ id: "1" });
  const page = await ada.get(address);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.html, /periodEndsAt|Replay/);
  await ada.get(urls.account());
  assert.equal((await ada.post(address, { act: "replay" })).status, 404);
  assert.equal((await ada.post(urls.staffReconciliations(), { provider: "paddle" })).status, 404);
  const sam = await newVisitor("sam");
  for (const each of [address, urls.staffPaymentEvents(), urls.staffReconciliations()]) {
    assert.equal((await sam.get(each)).status, 404);
  }
});

test("the pages about payments are valid, and can be used by everybody on any window", { skip }, async () => {
  const drift = { object: "subscription sub_7", field: "", ours: "known", theirs: "missing", isMended: false };
  await db
    .insert(reconciliations)
    .values({ provider: "paddle", drift: [drift], error: "It does not answer.", finishedAt: new Date() });
  await db.insert(reconciliations).values({ provider: "paddle" });
  const ids = (await db.select().from(paymentEvents).orderBy(asc(paymentEvents.id))).map(({ id }) => String(id));
  const pages = [
    urls.staffPaymentEvents(),
    urls.staffPaymentEvents({}, { q: "nothing" }),
    ...ids.map((id) => urls.staffPaymentEvent({ id })),
    urls.staffReconciliations({}, { done: "compare" }),
  ];
  for (const page of pages) assert.deepEqual(await findMarkupFaults((await otto.get(page)).html), [], page);
  const browser = await openBrowser();
  after(() => browser.close());
  const cookies = [{ name: sessionCookie, value: otto.cookies.get(sessionCookie) ?? "", url: baseURL }];
  assert.deepEqual(
    await findBarriers(
      browser,
      pages.map((page) => baseURL + page),
      2,
      cookies,
    ),
    [],
  );
});
