import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { wrongTries } from "#apps/accounts/limits.ts";
import { limit } from "#lib/limits.ts";
import { tellNow } from "#lib/limits/flushing.ts";
import { store } from "#lib/limits/store.ts";
import { tally } from "#lib/limits/tallies.ts";
import { urls } from "#urls.ts";
import { checks } from "./checks.ts";
import { reading } from "./limits.ts";

const ask = async (): Promise<string | undefined> => {
  await tellNow();
  return checks.find(({ name }) => name === "door")?.run();
};

test("what readers mistype is no attack", async () => {
  tally(wrongTries, 199);
  assert.equal(await ask(), undefined);
});

test("more wrong passwords than that are told, with what was refused most", async () => {
  const guesses = limit("guesses", { points: 1, perSeconds: 60, by: "address", because: "There were too many." });
  await guesses.penalize("203.0.113.7");
  await assert.rejects(guesses.consume("203.0.113.7"));
  tally(wrongTries, 1);
  assert.match(
    (await ask()) ?? "",
    /were 200 wrong passwords and codes, and 1 refusals \(guesses 1\): see "Under attack"/,
  );
});

const from = (remoteAddress: string, url: string) =>
  site.fastify.inject({ url, remoteAddress, headers: { host: "localhost" } });

test("a flood of pages from one address is refused and told, and nobody else's business", async () => {
  for (let each = 0; each < 1000; each += 1) reading.take("203.0.113.50");
  const refused = await from("203.0.113.50", urls.signIn());
  assert.equal(refused.statusCode, 429);
  assert.match(refused.body, /Too many pages were asked for from your connection\. Please try again in \d+ seconds?\./);
  assert.match(String(refused.headers["retry-after"]), /^([1-9]|10)$/);
  assert.equal((await from("203.0.113.51", urls.signIn())).statusCode, 200);
  assert.equal((await from("203.0.113.50", urls.searchApi({}, { q: "lists" }))).statusCode, 200);
  assert.match((await ask()) ?? "", /pages by address 1/);
});

test("without Redis the limits have nobody to miss", async () => {
  assert.equal(await checks.find(({ name }) => name === "limits")?.run(), undefined);
  await store.probe();
});
