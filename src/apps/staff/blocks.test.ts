import { visit } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { desc, eq, sql } from "drizzle-orm";
import { securityEvents } from "#apps/accounts/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { manageBlocks } from "./block-command.ts";
import { listBlocks, readBlocks } from "./blocks.ts";
import { blocks } from "./schema.ts";

afterEach(async () => {
  await db.delete(blocks);
  await readBlocks();
});

const rule = { kind: "agent", value: " BadBot ", reason: "It asks for everything", span: "day" };
const asBot = (url: string) => visit(url, { headers: { "user-agent": "Mozilla/5.0 (compatible; badbot/2.1)" } });

test("who is turned away is refused without a restart, and let in again", async () => {
  const otto = await newVisitor("otto");
  assert.equal((await otto.post(urls.staffBlocks(), rule, urls.staffBlocks())).status, 303);
  await readBlocks();
  assert.equal((await asBot(urls.home())).status, 403);
  assert.equal((await asBot(urls.health())).status, 200);
  assert.equal((await visit(urls.home())).status, 200);

  const page = await otto.get(urls.staffBlocks());
  assert.match(page.text, /badbot Program It asks for everything .* otto@example\.org/);
  const [made] = await listBlocks();
  assert.ok(made?.expiresAt && made.expiresAt.getTime() > Date.now() + 86_000_000);
  assert.equal((await otto.post(urls.staffBlock({ id: String(made.id) }), { _method: "DELETE" })).status, 303);
  await readBlocks();
  assert.equal((await asBot(urls.home())).status, 200);

  const kept = await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.actorId, 4))
    .orderBy(desc(securityEvents.id))
    .limit(2);
  assert.deepEqual(
    kept.map(({ kind, details }) => [kind, details.value]),
    [
      ["block-removed", "badbot"],
      ["block-added", "badbot"],
    ],
  );
});

test("a rule ends by the clock", async () => {
  await manageBlocks(["add", "agent", "badbot", "--hours", "1"]);
  await readBlocks();
  assert.equal((await asBot(urls.home())).status, 403);
  await db.update(blocks).set({ expiresAt: sql`now() - interval '1 second'` });
  await readBlocks();
  assert.equal((await asBot(urls.home())).status, 200);
  assert.deepEqual(await listBlocks(), []);
});

test("nobody turns away themselves", async () => {
  const otto = await newVisitor("otto");
  const own = { address: ["127.0.0.1"], network: ["127.0.0.0/8", "0.0.0.0/0"], agent: ["lightMyRequest"] };
  for (const [kind, values] of Object.entries(own))
    for (const value of values) {
      const answer = await otto.post(urls.staffBlocks(), { ...rule, kind, value }, urls.staffBlocks());
      assert.equal(answer.status, 422, value);
      assert.match(answer.text, /turn you away yourself/, value);
    }
  assert.deepEqual(await listBlocks(), []);
});

test("what is wrong is said beside its field, and what was typed stays", async () => {
  const otto = await newVisitor("otto");
  const cases: [fields: Partial<typeof rule>, says: RegExp][] = [
    [{ kind: "address", value: "192.0.2" }, /An address is written like/],
    [{ kind: "network", value: "192.0.2.1" }, /A network is written like/],
    [{ kind: "country", value: "Holland" }, /two letters/],
    [{ kind: "agent", value: "ab" }, /at least three characters/],
    [{ kind: "person" }, /Choose what/],
    [{ value: "" }, /Say who/],
    [{ reason: " " }, /Say why/],
    [{ span: "ever" }, /Choose how long/],
  ];
  for (const [fields, says] of cases) {
    const answer = await otto.post(urls.staffBlocks(), { ...rule, ...fields }, urls.staffBlocks());
    assert.equal(answer.status, 422);
    assert.match(answer.text, says);
    if (fields.value) assert.ok(answer.html.includes(`value="${fields.value}"`), fields.value);
  }
});

test("a rule is there once, however it is written", async () => {
  for (const value of ["192.0.2.77/24", "192.0.2.0/24"])
    await manageBlocks(["add", "network", value, "--reason", value]);
  for (const value of ["2001:DB8:0:0::7", "2001:db8::7"]) await manageBlocks(["add", "address", value]);
  await manageBlocks(["add", "country", "nl"]);
  const found = (await listBlocks()).map(({ kind, value, reason }) => `${kind} ${value} ${reason}`.trim());
  assert.deepEqual(found, ["country NL", "address 2001:db8::7", "network 192.0.2.0/24 192.0.2.0/24"]);
});

test("only who may manage blocks sees them", async () => {
  assert.equal((await (await newVisitor("ada")).get(urls.staffBlocks())).status, 404);
  assert.equal((await (await newVisitor("sam")).get(urls.staffBlocks())).status, 404);
  assert.equal((await visit(urls.staffBlocks())).status, 303);
});

test("in an emergency a command does it", async () => {
  assert.equal(await manageBlocks([]), "Nobody is turned away.\n");
  assert.match(
    await manageBlocks(["add", "address", "203.0.113.7", "--reason", "guesses"]),
    /203\.0\.113\.7 is turned away\./,
  );
  assert.match(await manageBlocks(["list"]), /address +203\.0\.113\.7 +guesses .* no end +a command/);
  assert.match(await manageBlocks(["remove", "address", "203.0.113.7"]), /let in again/);
  await assert.rejects(manageBlocks(["remove", "address", "203.0.113.7"]), /There is no rule/);
  await assert.rejects(manageBlocks(["add", "person", "sam"]), /KIND is one of/);
  await assert.rejects(manageBlocks(["add", "address", "203.0.113.7", "--hours", "x"]), /takes a number/);
  await assert.rejects(manageBlocks(["add", "address", "203.0.113.7", "--why", "x"]), /--why/);
  await assert.rejects(manageBlocks(["drop"]), /Say \.\/manage block/);
});
