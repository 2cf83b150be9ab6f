import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { raw } from "../jsx/jsx-runtime.ts";
import { Limited } from "./problems.ts";
import { tryServer } from "./try.ts";

const taken: string[] = [];
let mostPages = Infinity;
const limit = {
  take(address: string): void {
    taken.push(address);
    if (taken.length > mostPages) throw new Limited("There was a lot.", 7);
  },
};
const own = { take: (address: string): void => void taken.push(`own ${address}`) };

let rendered = 0;
const trial = await tryServer(
  (router) => {
    router.get("/kept/", { access: "anyone", cache: true }, () => raw(`page ${(rendered += 1)}`));
    router.get("/made/", { access: "anyone" }, () => raw("made"));
    router.get("/picture", { access: "anyone", limit: false }, () => "picture");
    router.get("/search/", { access: "anyone", limit: own }, () => raw("found"));
  },
  { limit, contentVersion: () => 1, trustedProxies: ["127.0.0.1"] },
);
after(() => trial.server.close());
beforeEach(() => {
  taken.length = 0;
  mostPages = Infinity;
});
const ask = (path: string, from = "203.0.113.9") => trial.ask(path, { headers: { "x-forwarded-for": from } });

test("what no cache answers is counted by the address of the reader", async () => {
  await ask("/made/");
  await ask("/nowhere/");
  assert.deepEqual(taken, ["203.0.113.9", "203.0.113.9"]);
});

test("a kept page costs nothing and counts nothing, once it was made", async () => {
  await Promise.all([ask("/kept/"), ask("/kept/"), ask("/kept/")]);
  const made = taken.length;
  assert.ok(made >= 1);
  for (let each = 0; each < 5; each += 1) await ask("/kept/");
  assert.equal(taken.length, made);
});

test("a route counts against a limit of its own, or against none", async () => {
  await ask("/search/");
  await ask("/picture");
  await ask("/health");
  assert.deepEqual(taken, ["own 203.0.113.9"]);
});

test("this machine is no reader", async () => {
  await trial.ask("/made/");
  assert.deepEqual(taken, []);
});

test("who has asked too often is refused before anything is made, and no page is forgotten for it", async () => {
  mostPages = 0;
  const { status, headers } = await ask("/made/");
  assert.equal(status, 429);
  assert.equal(headers["retry-after"], "7");
  assert.equal((await ask("/kept/?other=1")).status, 200);
  const before = rendered;
  assert.equal((await ask("/kept/")).status, 200);
  assert.equal(rendered, before);
});
