import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { hostilePaths, staysHere } from "../../../test/helpers/hostile-paths.ts";
import { urls } from "#urls.ts";
import { cheapHash } from "./door/testing.ts";
import { password } from "./fixtures.ts";
import { issueToken } from "./tokens.ts";

// A NUL is refused before any route is asked.
const reachable = hostilePaths.filter((path) => !path.includes("\0"));
// Hashing takes its time: every tenth value does, unless all are asked for.
const some = process.env.FAULTS === "full" ? reachable : reachable.filter((_, index) => index % 10 === 0);

beforeEach(async () => {
  await db.execute(sql`delete from limits`);
});

function assertStays(location: unknown, next: string): void {
  assert.ok(staysHere(location), `${JSON.stringify(next)} leads to ${String(location)}`);
}

/** What a page makes of `next` and `from`: the hidden fields of its forms, and its links. */
function assertHandsOn(html: string, next: string): void {
  for (const [, value = ""] of html.matchAll(/(?:name="(?:next|from)" value|data-next)="([^"]*)"/g)) {
    if (value !== "") assertStays(value.replaceAll("&amp;", "&"), next);
  }
  for (const [, href = ""] of html.matchAll(/href="([^"]*(?:next|from)=[^"]*)"/g)) {
    const query = new URL(href.replaceAll("&amp;", "&"), "http://localhost").searchParams;
    for (const value of [...query.getAll("next"), ...query.getAll("from")]) assertStays(value, next);
  }
}

test("no page of the door hands on what would lead elsewhere", async () => {
  const visitor = await newVisitor();
  for (const next of reachable) {
    for (const page of [urls.signIn, urls.register, urls.signInLink, urls.reset]) {
      assertHandsOn((await visitor.get(page({}, { next, from: next }))).html, next);
    }
  }
});

test("who is signed in already stays here", async () => {
  const sam = await newVisitor("sam");
  for (const next of reachable) {
    for (const page of [urls.signIn, urls.register, urls.signInSecondFactor]) {
      const answer = await sam.get(page({}, { next }));
      assert.equal(answer.status, 303);
      assertStays(answer.headers.location, next);
    }
  }
});

test("a sign-in by password, and one more proof of who it is, stay here", async () => {
  for (const next of some) {
    const sam = await newVisitor();
    const fields = { address: "sam@example.org", password, next, from: next };
    const answer = await sam.post(urls.signIn(), fields, urls.signIn());
    assert.equal(answer.status, 303);
    assertStays(answer.headers.location, next);
    assertStays((await sam.post(urls.signInAgain(), { password, next }, urls.signInAgain())).headers.location, next);
  }
});

test("a link that was asked for with it stays here", async () => {
  for (const next of reachable) {
    const { token } = await issueToken("sign-in", 10, { userId: 1, address: "sam@example.org", data: { next } });
    const answer = await (await newVisitor()).post(urls.signInLinkOpen(), { token }, urls.signIn());
    assert.equal(answer.status, 303);
    assertStays(answer.headers.location, next);
  }
});

test("registering with it stays here", async () => {
  const passwordHash = cheapHash(password);
  for (const [index, next] of reachable.entries()) {
    const visitor = await newVisitor();
    await visitor.get(urls.register());
    const visit = visitor.cookies.get("lectern_visit") ?? "";
    const data = { name: "", next, passwordHash };
    const { token } = await issueToken("register", 10, { address: `next-${index}@example.org`, visit, data });
    const answer = await visitor.post(urls.registerConfirm(), { token });
    assert.equal(answer.status, 303);
    assertStays(answer.headers.location, next);
  }
});

test("who signs out is led home, wherever else they were sent", async () => {
  for (const next of some) {
    const sam = await newVisitor("sam");
    const answer = await sam.post(`${urls.signOut()}?${new URLSearchParams({ next })}`, { next }, urls.account());
    assert.equal(answer.headers.location, "/");
  }
});
