import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { and, desc, eq, isNull } from "drizzle-orm";
import { people } from "#apps/accounts/fixtures.ts";
import { customers, subscriptions } from "#apps/billing/schema.ts";
import { entitlements } from "#apps/members/schema.ts";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { followDeletions, followMerges } from "./tasks.ts";
import { followSubscription } from "./seats.ts";
import { teamInvitations, teamMembers, teams } from "./schema.ts";
import { changeSeats, entitle, payForSeats } from "./testing.ts";

type Name = (typeof people)[number];
const idOf = (name: Name): number => people.indexOf(name) + 1;
const guarded = "/decorators/";
let subscription = 0;
let team = "";

beforeEach(async () => {
  await db.delete(teams);
  await db.delete(subscriptions);
  await db.delete(customers);
  await db.delete(entitlements).where(isNull(entitlements.grantedBy));
  subscription = await payForSeats(idOf("tess"), 3);
  const [made] = await db.select().from(teams);
  team = String(made?.id);
});

test("who pays for seats has a team, the first of its seats, and invites others by mail", async () => {
  const tess = await newVisitor("tess");
  assert.ok(await reads(tess));
  const page = await tess.get(urls.teamSeats());
  assert.match(page.text, /Our team 1 of 3 seats used Paid until .* Change the number/);
  assert.deepEqual(await findMarkupFaults(page.html), []);

  const asked = await tess.post(urls.teamInvitations(), { team, addresses: "sam@example.org, Ada@Example.org\n" });
  assert.equal(asked.headers.location, urls.teamSeats({}, { done: "invited" }));
  const shown = await tess.get(urls.teamSeats({}, { done: "invited" }));
  assert.match(shown.text, /3 of 3 seats used .*sam@example\.org Invited/);
  assert.deepEqual(await findMarkupFaults(shown.html), []);

  const token = await mailedTo("sam@example.org");
  const stranger = await newVisitor();
  const door = await stranger.get(urls.teamJoin({ token }));
  assert.match(door.text, /Tess Molina pays for the team “Our team”/);
  assert.ok(door.html.includes(`href="${urls.register({}, { next: urls.teamJoin({ token }) })}"`));
  assert.equal(door.headers["referrer-policy"], "same-origin");
  assert.deepEqual(await findMarkupFaults(door.html), []);

  const sam = await newVisitor("sam");
  assert.ok(!(await reads(sam)));
  const taken = await sam.post(urls.teamJoin({ token }), {}, urls.teamJoin({ token }));
  assert.equal(taken.headers.location, urls.teamSeats({}, { done: "seated" }));
  assert.ok(await reads(sam));
  assert.match((await sam.get(urls.teamSeats())).text, /Tess Molina pays for your seat, until .* Leave the team/);
  assert.equal((await stranger.get(urls.teamJoin({ token }))).status, 404, "the invitation is used up");
});

test("no more seats are given than are paid, whatever is tried at once", async () => {
  const tess = await newVisitor("tess");
  const asked = await tess.post(
    urls.teamInvitations(),
    { team, addresses: "a@example.org b@example.org c@example.org" },
    urls.teamSeats(),
  );
  assert.equal(asked.status, 422);
  assert.match(asked.text, /There are 2 free seats, and you invite 3 people\. Nobody was invited\./);
  assert.match(asked.html, /a@example\.org b@example\.org c@example\.org<\/textarea>/);
  assert.deepEqual(await findMarkupFaults(asked.html), []);

  const token = await linkOf(tess);
  const joining = await Promise.all(
    (["sam", "ada", "otto"] as const).map(async (name) => {
      const visitor = await newVisitor(name);
      return (await visitor.post(urls.teamJoin({ token }), {}, urls.teamJoin({ token }))).status;
    }),
  );
  assert.deepEqual(
    joining.toSorted((a, b) => a - b),
    [303, 303, 409],
  );
  assert.equal(await db.$count(entitlements, eq(entitlements.source, "seat")), 3);
});

test("an invitation keeps its seat from who comes by the link, until it is taken back", async () => {
  const tess = await newVisitor("tess");
  await changeSeats(subscription, 2);
  await tess.post(urls.teamInvitations(), { team, addresses: "ada@example.org" }, urls.teamSeats());
  const token = await linkOf(tess);
  const sam = await newVisitor("sam");
  const refused = await sam.post(urls.teamJoin({ token }), {}, urls.teamJoin({ token }));
  assert.equal(refused.status, 409);
  assert.match(refused.text, /All seats of this team are taken/);
  const [invitation] = await db.select().from(teamInvitations);
  const address = urls.teamInvitation({ id: String(invitation?.id) });
  await tess.post(address, { _method: "DELETE", team }, urls.teamSeats());
  assert.equal((await sam.post(urls.teamJoin({ token }), {}, urls.teamJoin({ token }))).status, 303);
});

test("of a link only the newest is good, and none once it is off", async () => {
  const tess = await newVisitor("tess");
  const [first, second] = [await linkOf(tess), await linkOf(tess)];
  const sam = await newVisitor("sam");
  assert.equal((await sam.get(urls.teamJoin({ token: first }))).status, 404);
  assert.equal((await sam.get(urls.teamJoin({ token: second }))).status, 200);
  await tess.post(urls.teamLink(), { _method: "DELETE", team }, urls.teamSeats());
  assert.equal((await sam.get(urls.teamJoin({ token: second }))).status, 404);
});

test("when fewer seats are paid, nobody is removed, and who came last has none that counts", async () => {
  await seat("sam", 2);
  await seat("ada", 1);
  const [tess, sam, ada] = [await newVisitor("tess"), await newVisitor("sam"), await newVisitor("ada")];
  assert.deepEqual([await reads(tess), await reads(sam)], [true, true]);
  await changeSeats(subscription, 2);
  assert.equal(await db.$count(teamMembers), 3);
  assert.deepEqual(await seated(), ["sam", "tess"]);
  const page = await tess.get(urls.teamSeats());
  assert.match(page.text, /3 seats are used, and 2 are paid\. Who came last has none that counts/);
  assert.match(page.text, /Ada Lindqvist .*A seat that nobody pays for/);
  assert.deepEqual(await findMarkupFaults(page.html), []);

  await tess.post(urls.teamMember({ id: String(idOf("sam")) }), { _method: "DELETE", team }, urls.teamSeats());
  assert.deepEqual(await seated(), ["ada", "tess"]);
  assert.ok(!(await reads(sam)));
  assert.ok((await ada.get(urls.teamSeats())).text.includes("Our team"));
});

test("a seat ends with what is paid for it, at that moment, and comes back with it", async () => {
  await seat("sam", 1);
  const sam = await newVisitor("sam");
  await entitle(subscription, idOf("tess"), new Date());
  assert.ok(!(await reads(sam)));
  assert.match((await sam.get(urls.teamSeats())).text, /Nobody pays for this team just now/);
  await entitle(subscription, idOf("tess"), new Date(Date.now() + 86_400_000));
  assert.ok(await reads(sam));
  // What entitled to it went and came again, as another entitlement.
  await entitle(subscription, idOf("tess"), null);
  assert.ok(!(await reads(sam)));
  await followSubscription(subscription);
  assert.equal(await db.$count(teams), 1);
  await entitle(subscription, idOf("tess"), new Date(Date.now() + 86_400_000));
  await followSubscription(subscription);
  assert.ok(await reads(sam));
});

test("a seat is handed on in one step, or not at all", async () => {
  await seat("sam", 1);
  const tess = await newVisitor("tess");
  const member = urls.teamMember({ id: String(idOf("sam")) });
  await tess.post(urls.teamInvitations(), { team, addresses: "x@example.org" }, urls.teamSeats());
  const wrong = await tess.post(member, { _method: "DELETE", team, address: "nobody" }, urls.teamSeats());
  assert.equal(wrong.status, 422);
  assert.deepEqual(await seated(), ["sam", "tess"]);
  await changeSeats(subscription, 1);
  const refused = await tess.post(member, { _method: "DELETE", team, address: "new@example.org" }, urls.teamSeats());
  assert.match(refused.text, /There is no free seat/);
  assert.equal(await db.$count(teamMembers), 2);
  await changeSeats(subscription, 3);
  await tess.post(member, { _method: "DELETE", team, address: "new@example.org" }, urls.teamSeats());
  assert.deepEqual(await seated(), ["tess"]);
  assert.ok(await mailedTo("new@example.org"));
});

test("a manager looks after members, and neither after the owner nor after other managers", async () => {
  await seat("sam", 2, "manager");
  await seat("ada", 1);
  const sam = await newVisitor("sam");
  assert.equal(await remove(sam, "tess"), 403);
  const promote = { _method: "PUT", team, role: "manager" };
  assert.equal((await sam.post(urls.teamMember({ id: String(idOf("ada")) }), promote)).status, 403);
  const inviting = { team, addresses: "x@example.org", role: "manager" };
  assert.equal((await sam.post(urls.teamInvitations(), inviting)).status, 403);
  const tess = await newVisitor("tess");
  await tess.post(urls.teamMember({ id: String(idOf("ada")) }), promote, urls.teamSeats());
  assert.equal(await remove(sam, "ada"), 403);
  await tess.post(urls.teamMember({ id: String(idOf("ada")) }), { ...promote, role: "member" });
  assert.equal(await remove(sam, "ada"), 303);
  assert.deepEqual(await seated(), ["sam", "tess"]);
});

test("members see nothing of each other and change nothing but that they leave", async () => {
  await seat("sam", 2);
  await seat("ada", 1);
  const sam = await newVisitor("sam");
  const page = await sam.get(urls.teamSeats());
  assert.doesNotMatch(page.text, /Ada|ada@|tess@/);
  assert.deepEqual(await findMarkupFaults(page.html), []);
  const other = urls.teamMember({ id: String(idOf("ada")) });
  for (const [address, fields] of [
    [other, { _method: "DELETE", team }],
    [other, { _method: "PUT", team, role: "manager" }],
    [urls.teamSeats(), { _method: "PUT", team, name: "Mine" }],
    [urls.teamInvitations(), { team, addresses: "x@example.org" }],
    [urls.teamLink(), { team }],
  ] as const) {
    assert.equal((await sam.post(address, fields)).status, 404, address);
  }
  const left = await sam.post(urls.teamMember({ id: String(idOf("sam")) }), { _method: "DELETE", team });
  assert.equal(left.headers.location, urls.teamSeats({}, { done: "left" }));
  assert.deepEqual(await seated(), ["ada", "tess"]);
  const tess = await newVisitor("tess");
  const own = urls.teamMember({ id: String(idOf("tess")) });
  assert.equal((await tess.post(own, { _method: "DELETE", team }, urls.teamSeats())).status, 404);
});

test("the owner may give up the seat and take it again, and give the team a name", async () => {
  const tess = await newVisitor("tess");
  const own = urls.teamMember({ id: String(idOf("tess")) });
  await tess.post(own, { _method: "PUT", team, seat: "no" }, urls.teamSeats());
  assert.ok(!(await reads(tess)));
  assert.match((await tess.get(urls.teamSeats())).text, /0 of 3 seats used .*Looks after the team, without a seat/);
  await tess.post(own, { _method: "PUT", team, seat: "yes" });
  assert.ok(await reads(tess));
  await tess.post(urls.teamSeats(), { _method: "PUT", team, name: "The night shift" });
  assert.match((await tess.get(urls.teamSeats())).text, /The night shift 1 of 3/);
  const [mine] = await db.select().from(entitlements).where(eq(entitlements.source, "seat"));
  assert.equal(mine?.label, "seat in the team “The night shift”");
});

test("who had two accounts keeps the seat, and who pays stays the owner", async () => {
  await seat("sam", 1);
  await db
    .update(teamMembers)
    .set({ userId: idOf("ada") })
    .where(eq(teamMembers.userId, idOf("sam")));
  await db
    .update(entitlements)
    .set({ userId: idOf("ada") })
    .where(eq(entitlements.userId, idOf("sam")));
  await followMerges.now({ userId: idOf("ada"), formerId: idOf("sam") });
  assert.deepEqual(await seated(), ["ada", "tess"]);
  await db.delete(teamMembers).where(eq(teamMembers.userId, idOf("tess")));
  await db
    .update(entitlements)
    .set({ userId: idOf("ada") })
    .where(and(eq(entitlements.source, "subscription"), eq(entitlements.userId, idOf("tess"))));
  await followMerges.now({ userId: idOf("ada"), formerId: idOf("tess") });
  const [owner] = await db.select().from(teamMembers).where(eq(teamMembers.role, "owner"));
  assert.equal(owner?.userId, idOf("ada"));
});

test("nothing is left of a team whose owner is gone", async () => {
  await followDeletions.now({ userId: 99 });
  assert.equal(await db.$count(teams), 1);
  await db.delete(teamMembers);
  await followDeletions.now({ userId: idOf("tess") });
  assert.equal(await db.$count(teams), 0);
});

async function reads(visitor: Visitor): Promise<boolean> {
  const { html } = await visitor.get(guarded);
  return !html.includes('class="gate"');
}

/** Gives somebody a seat that they had so many days ago. */
async function seat(name: Name, days: number, role: "manager" | "member" = "member"): Promise<void> {
  const joinedAt = new Date(Date.now() - days * 3_600_000);
  await db.insert(teamMembers).values({ teamId: Number(team), userId: idOf(name), role, joinedAt });
  await followSubscription(subscription);
}

async function seated(): Promise<string[]> {
  const rows = await db.select().from(entitlements).where(eq(entitlements.source, "seat"));
  return rows.map(({ userId }) => people[userId - 1] ?? "").toSorted();
}

async function remove(visitor: Visitor, name: Name): Promise<number> {
  const member = urls.teamMember({ id: String(idOf(name)) });
  return (await visitor.post(member, { _method: "DELETE", team }, urls.teamSeats())).status;
}

async function linkOf(visitor: Visitor): Promise<string> {
  const { html } = await visitor.post(urls.teamLink(), { team }, urls.teamSeats());
  return /\/team-seat\/([\w-]+)\//.exec(html)?.[1] ?? "";
}

async function mailedTo(address: string): Promise<string> {
  const [mail] = await db.select().from(messages).where(eq(messages.address, address)).orderBy(desc(messages.id));
  return /\/team-seat\/([\w-]+)\//.exec(mail?.text ?? "")?.[1] ?? "";
}
