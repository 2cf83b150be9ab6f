import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { eq } from "drizzle-orm";
import { db, queryCount } from "#lib/db.ts";
import { roles, securityEvents, sessions, userRoles, users } from "#apps/accounts/schema.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { findPeople } from "./people.ts";

before(async () => {
  await db.insert(users).values(
    Array.from({ length: 120 }, (_, index) => ({
      address: `reader-${index}@books.example`,
      name: index === 7 ? "Ægir 100% <b>Öberg</b>" : `Reader ${index}`,
      bannedAt: index === 9 ? new Date() : null,
      deletionAt: index === 11 ? new Date(Date.now() + 864e5) : null,
    })),
  );
});

const addresses = async (search: Partial<Parameters<typeof findPeople>[0]>): Promise<string[]> =>
  (await findPeople({ standing: "everybody", ...search })).people.map(({ address }) => address);

test("people are found by a part of the address or the name, or by their number", async () => {
  assert.deepEqual(await addresses({ q: " SAM@ex" }), ["sam@example.org"]);
  assert.deepEqual(await addresses({ q: "ruiz" }), ["maya@example.org"]);
  assert.deepEqual(await addresses({ q: "3" }), ["ada@example.org"]);
  assert.deepEqual(await addresses({ q: "öberg" }), ["reader-7@books.example"]);
  assert.deepEqual(await addresses({ q: "100%" }), ["reader-7@books.example"]);
  assert.deepEqual(await addresses({ q: "99999999999" }), []);
  assert.deepEqual(await addresses({ q: "'; drop table users --" }), []);
});

test("they are found by what is out of the ordinary with them", async () => {
  assert.deepEqual(await addresses({ standing: "staff" }), ["otto@example.org", "ada@example.org"]);
  assert.deepEqual(await addresses({ standing: "banned" }), ["reader-9@books.example"]);
  assert.deepEqual(await addresses({ standing: "leaving", q: "reader" }), ["reader-11@books.example"]);
});

test("a list goes on where it ended, and takes the same queries whatever its length", async () => {
  const all: string[] = [];
  for (let before: number | undefined, pages = 0; pages === 0 || before !== undefined; pages += 1) {
    const { people, next } = await findPeople({ standing: "everybody", before });
    all.push(...people.map(({ address }) => address));
    before = next;
  }
  assert.equal(all.length, 125);
  assert.equal(new Set(all).size, 125);

  const otto = await newVisitor("otto");
  const costs: number[] = [];
  for (const q of ["", "sam@"]) {
    const start = queryCount();
    assert.equal((await otto.get(urls.staffPeople({}, { q }))).status, 200);
    costs.push(queryCount() - start);
  }
  assert.deepEqual(costs, [2, 2], "the session and the list");
});

test("the list shows roles, who of the staff has one factor only, and when somebody was seen", async () => {
  const otto = await newVisitor("otto");
  const { text, html } = await otto.get(urls.staffPeople({}, { standing: "staff" }));
  assert.match(text, /Ada Lindqvist ada@example.org author No second factor/);
  await db.update(users).set({ requiresSecondFactor: true }).where(eq(users.id, 3));
  const mended = await otto.get(urls.staffPeople({}, { standing: "staff" }));
  assert.match(mended.text, /ada@example.org author \d/);
  assert.match(html, /<time datetime="20/);
  const hostile = await otto.get(urls.staffPeople({}, { q: "Öberg" }));
  assert.match(hostile.html, /&lt;b&gt;Öberg/);
  for (const wrong of ["before=x", "standing=nobody", "before=-1", `q=${"x".repeat(300)}`]) {
    assert.equal((await otto.get(`${urls.staffPeople()}?${wrong}`)).status, 400, wrong);
  }
});

test("the page of a person says what is known of them, and nothing of others", async () => {
  const otto = await newVisitor("otto");
  const far = new Date(Date.now() + 864e5);
  const row = { method: "link", expiresAt: far, ip: "192.0.2.77", country: "NL" } as const;
  await db.insert(sessions).values({ ...row, tokenHash: "one", userId: 1, userAgent: "Mozilla/5.0 Firefox/128.0" });
  await db.insert(securityEvents).values({ kind: "sign-in-failed", userId: 1, ip: "198.51.100.9" });
  const page = await otto.get(urls.staffPerson({ id: "1" }));
  assert.match(page.text, /Sam Okafor/);
  assert.match(page.text, /192\.0\.2\.77 \(NL\)/);
  assert.match(page.text, /A sign-in failed/);
  assert.doesNotMatch(page.html, /maya@|argon2/);
  for (const id of ["0", "999", "x", "1e1", "99999999999", "-1"]) {
    assert.equal((await otto.get(urls.staffPerson({ id }))).status, 404, id);
  }
});

test("sessions are ended one or all, only those of the account that is named", async () => {
  const otto = await newVisitor("otto");
  const [maya, sam] = [await newVisitor("maya"), await newVisitor("sam")];
  const [other] = await db.select().from(sessions).where(eq(sessions.userId, 2));
  const away = { _method: "DELETE", session: String(other?.id) };
  const swapped = await otto.post(urls.staffPersonSessions({ id: "1" }), away, urls.staffPerson({ id: "1" }));
  assert.equal(swapped.status, 303);
  assert.equal((await maya.get(urls.accountSessions())).status, 200, "it is not a session of sam's");
  await otto.post(urls.staffPersonSessions({ id: "2" }), away);
  assert.equal((await maya.get(urls.accountSessions())).status, 303);
  await otto.post(urls.staffPersonSessions({ id: "1" }), { _method: "DELETE" });
  assert.equal((await sam.get(urls.accountSessions())).status, 303);
  const [event] = await db.select().from(securityEvents).where(eq(securityEvents.kind, "session-ended"));
  assert.deepEqual([event?.userId, event?.actorId, event?.details.sessions], [2, 4, 1]);
});

test("the front page has figures and events for who may see them, and is not there for readers", async () => {
  const otto = await newVisitor("otto");
  const page = await otto.get(urls.staff());
  assert.match(page.text, /Accounts 125 New in a day 125/);
  assert.match(page.text, /Failed in a day 1/);
  assert.match(page.text, /What happened last/);

  const ada = await newVisitor("ada");
  const authors = await ada.get(urls.staff());
  assert.equal(authors.status, 200);
  assert.match(authors.text, /Read every entry/);
  assert.doesNotMatch(authors.text, /Accounts|What happened last|Find people/);

  const withheld = await newVisitor("ada", { hasSecondFactor: false });
  const sent = await withheld.get(urls.staff());
  assert.equal(sent.status, 303);
  assert.equal(sent.headers.location, urls.signInSecondFactor({}, { next: urls.staff() }));
  assert.equal((await (await newVisitor("sam")).get(urls.staff())).status, 404);
  assert.equal((await (await newVisitor()).get(urls.staff())).headers.location, "/sign-in/?next=%2Fstaff%2F");
});

test("roles are made, edited, given and taken on their pages", async () => {
  const otto = await newVisitor("otto");
  const fields = { name: "moderator", about: "Keeps the peace.", permissions: ["people.view", "people.ban", "*"] };
  const made = await otto.post(urls.staffRoles(), fields, urls.staffRole({ id: "new" }));
  assert.equal(made.headers.location, urls.staffRoles());
  const [role] = await db.select().from(roles).where(eq(roles.name, "moderator"));
  const id = String(role?.id);
  assert.match((await otto.get(urls.staffRoles())).text, /moderator Keeps the peace\. Ban people.* Find people/);
  const again = await otto.post(urls.staffRoles(), { ...fields, permissions: "audit.view" });
  assert.equal(again.status, 422);
  assert.match(again.html, /value="audit.view" checked/, "what was chosen is kept");
  assert.match(again.text, /Another role has this name/);
  const renamed = await otto.post(urls.staffRole({ id }), { ...fields, _method: "PUT", name: "" });
  assert.match(renamed.text, /A role has a name/);

  const given = await otto.post(urls.staffPersonRoles({ id: "5" }), { _method: "PUT", roles: id });
  assert.equal(given.headers.location, urls.staffPerson({ id: "5" }));
  assert.equal(await db.$count(userRoles, eq(userRoles.userId, 5)), 1);
  const last = await otto.post(urls.staffPersonRoles({ id: "4" }), { _method: "PUT" });
  assert.equal(last.status, 422);
  assert.match(last.text, /The last owner stays/);
  assert.equal((await otto.get(urls.staffRole({ id: "1" }))).status, 404, "what owners may do is not edited");

  const removed = await otto.post(urls.staffRole({ id }), { _method: "DELETE" });
  assert.equal(removed.status, 303);
  assert.equal(await db.$count(userRoles, eq(userRoles.userId, 5)), 0);
});
