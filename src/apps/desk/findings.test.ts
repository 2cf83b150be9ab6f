import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { entries } from "#apps/catalog/schema.ts";
import { findings } from "#apps/editorial/schema.ts";
import { db } from "#lib/db.ts";
import { closeLinter } from "#lib/lint/aside.ts";
import { urls } from "#urls.ts";

after(closeLinter);

const [lists] = await db.select().from(entries).where(eq(entries.path, "/python-lists/"));
const address = urls.deskFindings({ id: String(lists?.id) });
const text = { source: "## A\n\n[x](/nowhere/)\n", title: "A title", summary: "A summary." };

async function ask(visitor: Visitor, body: unknown, url = address) {
  return visitor.postJson(url, body, "/account/");
}

test("a writer is told what the linter finds in what they type, and nothing is kept", async () => {
  const answer = await ask(await newVisitor("otto"), text);
  assert.equal(answer.status, 200);
  const { findings: found } = JSON.parse(answer.html);
  assert.deepEqual(found, [
    {
      rule: "links",
      severity: "error",
      line: 3,
      column: 5,
      message: "Nothing on this site has the address /nowhere/.",
    },
  ]);
  assert.equal(await db.$count(findings), 0);
});

test("an author lints what is theirs, a reader nothing, and nobody what is not there", async () => {
  assert.equal((await ask(await newVisitor("ada"), text)).status, 200);
  assert.equal((await ask(await newVisitor("sam"), text)).status, 404);
  assert.equal((await ask(await newVisitor("otto"), text, urls.deskFindings({ id: "999999" }))).status, 404);
  assert.equal((await ask(await newVisitor("otto"), text, urls.deskFindings({ id: "x" }))).status, 404);
});

test("what is no text is refused", async () => {
  const otto = await newVisitor("otto");
  for (const body of [{}, { ...text, source: 1 }, { ...text, title: "x".repeat(501) }]) {
    assert.equal((await ask(otto, body)).status, 400, JSON.stringify(body).slice(0, 60));
  }
});
