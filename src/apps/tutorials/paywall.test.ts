import { contentChanged, visitOk } from "../../../test/helpers/site.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { touchContent } from "#apps/catalog/content-version.ts";
import { entries } from "#apps/catalog/schema.ts";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { plans } from "#apps/members/schema.ts";
import { db, queryCount } from "#lib/db.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { canary } from "./fixtures.ts";

const guarded = "/decorators/";
const next = "?next=%2Fdecorators%2F%23site-continue";
const ago = (days: number): Date => new Date(Date.now() - days * 86_400_000);

test("who may not read on learns what it costs, and comes back to the paragraph where it went on", async () => {
  const { html, text } = await visitOk(guarded);
  assert.match(text, /Monthly \$15 a month Yearly \$150 a year 14 days free Lifetime \$400 once/);
  assert.doesNotMatch(text, /seat/);
  assert.match(text, /Join from \$12\.50 a month/);
  for (const address of ["/join/", "/join/yearly/", "/sign-in/"]) {
    assert.ok(html.includes(`href="${address}${next}" rel="nofollow"`), address);
  }
  assert.deepEqual(await findMarkupFaults(html), []);
});

test("who is signed in is asked to join, and told when the membership ended that they had", async () => {
  const sam = await newVisitor("sam");
  assert.match((await sam.get(guarded)).text, /Join from/);
  assert.doesNotMatch((await sam.get(guarded)).text, /Already a member|ended on/);
  const derived = { userId: 1, label: "yearly plan", startsAt: ago(400) };
  await putEntitlement("subscription", "old", { ...derived, endsAt: new Date("2026-03-03T10:00:00Z") });
  const left = await sam.get(guarded);
  assert.match(left.text, /Your yearly plan ended on 3 March 2026\./);
  assert.match(left.text, /Join again from \$12\.50 a month/);
  assert.doesNotMatch(left.text, /days free/);
  assert.ok(!left.html.includes(canary));
});

test("the gate costs one query, and a member none", async () => {
  assert.equal(await cost("/python-lists/", "maya"), 2);
  assert.equal(await cost(guarded, "maya"), 2);
  assert.equal(await cost(guarded, "sam"), 3);
});

async function cost(path: string, name: "sam" | "maya"): Promise<number> {
  const visitor = await newVisitor(name);
  await visitor.get(path);
  const before = queryCount();
  await visitor.get(path);
  return queryCount() - before;
}

test("a membership opens until the moment at which it ends, whatever is kept of the page", async () => {
  const tess = await newVisitor("tess");
  await subscribeTess(new Date(Date.now() + 3_600_000));
  assert.ok((await tess.get(guarded)).html.includes(canary));
  await subscribeTess(new Date());
  assert.ok(!(await tess.get(guarded)).html.includes(canary));
  await subscribeTess(null);
  assert.ok((await tess.get(guarded)).html.includes(canary));
  await putEntitlement("subscription", "tess", null);
  assert.ok(!(await tess.get(guarded)).html.includes(canary));
  assert.ok(!(await visitOk(guarded)).html.includes(canary));
});

async function subscribeTess(endsAt: Date | null): Promise<void> {
  await putEntitlement("subscription", "tess", { userId: 5, label: "monthly plan", startsAt: ago(30), endsAt });
}

test("what is bought once opens its entries with their parts, and nothing else", async () => {
  const [entry] = await db.select().from(entries).where(eq(entries.path, guarded));
  const [part] = await db.select().from(entries).where(eq(entries.path, "/your-first-package-2/"));
  await db
    .update(entries)
    .set({ access: "members" })
    .where(eq(entries.id, part?.id ?? 0));
  await touchContent();
  await contentChanged();

  assert.match((await visitOk("/your-first-package-2/")).text, /Or buy Packaging, the whole course alone, for \$39\./);
  assert.doesNotMatch((await visitOk(guarded)).text, /Or buy/);

  await buyForSam([part?.parentId ?? 0]);
  const sam = await newVisitor("sam");
  assert.doesNotMatch((await sam.get("/your-first-package-2/")).html, /class="gate"/);
  assert.equal((await sam.get("/your-first-package-2.md")).status, 200);
  assert.ok(!(await sam.get(guarded)).html.includes(canary));
  assert.equal((await sam.get("/decorators.md")).status, 404);
  assert.doesNotMatch((await sam.get("/search/?q=canary")).html, /href="\/decorators\//);

  await buyForSam([entry?.id ?? 0]);
  assert.ok((await sam.get(guarded)).html.includes(canary));
  assert.match((await sam.get("/search/?q=canary")).html, /href="\/decorators\//);
  assert.match((await sam.get("/your-first-package-2/")).html, /class="gate"/);
});

async function buyForSam(opens: readonly number[]): Promise<void> {
  await putEntitlement("purchase", "sam", { userId: 1, label: "purchase", startsAt: ago(1), endsAt: null, opens });
}

test("a site without plans asks nobody to join", async () => {
  await db.update(plans).set({ isOffered: false });
  await touchContent();
  await contentChanged();
  const { text } = await visitOk(guarded);
  assert.match(text, /for members\. .*Already a member\? Sign in/);
  assert.doesNotMatch(text, /Join from|\$15/);
});
