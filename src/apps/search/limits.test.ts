import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { urls } from "#urls.ts";
import { searching } from "./limits.ts";

test("a flood of searches is refused, and leaves the pages alone", async () => {
  const [remoteAddress, headers] = ["203.0.113.60", { host: "localhost" }];
  for (let each = 0; each < 400; each += 1) searching.take(remoteAddress);
  const program = await site.fastify.inject({ url: urls.searchApi({}, { q: "lists" }), remoteAddress, headers });
  assert.equal(program.statusCode, 429);
  assert.match(String(program.headers["content-type"]), /problem\+json/);
  const page = await site.fastify.inject({ url: urls.search({}, { q: "lists" }), remoteAddress, headers });
  assert.equal(page.statusCode, 429);
  assert.match(page.body, /Too much was searched for from your connection\./);
  assert.equal((await site.fastify.inject({ url: urls.signIn(), remoteAddress, headers })).statusCode, 200);
});
