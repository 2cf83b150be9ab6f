import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { saveEntry } from "#apps/catalog/saving.ts";
import { connect, disconnect } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { testDatabase, type TestDatabase } from "../../../test/helpers/database.ts";
import { suggestForAddress } from "./suggestions.ts";
import { add, addLibrary, ask, idOf, paths } from "./testing/library.ts";

const member: Viewer = { id: 2, isMember: true, permissions: [] };
const canary = "zanzibarquux";
let database: TestDatabase;

before(async () => {
  database = await testDatabase();
  connect(database.url);
  await addLibrary();
});

after(async () => {
  await disconnect();
  await database.drop();
});

test("what a reader may not open is not found, counted, suggested or shown", async () => {
  await add({
    path: "/secret/",
    title: "Guarded knowledge",
    access: "members",
    text: `Everybody may read this teaser about knowledge.\n\n<!--more-->\n\n## The ${canary} section\n\n${canary} ${canary} hidden python words.`,
  });
  await add({ path: "/a-draft/", title: `Draft ${canary}`, publishedAt: null, text: "draftonlyword" });
  await add({ path: "/later/", title: `Later ${canary}`, publishedAt: new Date("2999-01-01"), text: "laterword" });
  const asMember = await ask(canary, {}, member);
  assert.deepEqual(paths(asMember), ["/secret/"]);
  assert.match(JSON.stringify(asMember.results[0]?.snippet), new RegExp(canary));

  for (const question of [
    canary,
    canary.slice(0, 6),
    "zanzibarqux",
    "zanzibraquux",
    "draftonlyword",
    "laterword",
    "draftonlywrod",
  ]) {
    const answer = await ask(question);
    assert.equal(answer.total, 0, question);
    assert.equal(answer.corrected ?? answer.suggestion, undefined, question);
    assert.deepEqual(Object.values(answer.facets ?? {}).flat(), [], question);
  }
  const teaser = await ask("guarded knowledge");
  assert.deepEqual(paths(teaser), ["/secret/"]);
  for (const question of ["guarded knowledge", `knowledge ${canary}`, "teaser"]) {
    assert.doesNotMatch(JSON.stringify((await ask(question)).results), new RegExp(canary), question);
  }
  assert.deepEqual(await suggestForAddress(canary), []);

  await saveEntry(
    {
      kind: "tutorial",
      path: "/decorators/",
      title: "A primer on decorators",
      access: "members",
      publishedAt: new Date(),
    },
    idOf("/decorators/"),
  );
  assert.equal(paths(await ask("wrapper")).includes("/decorators/"), false);
  assert.equal(paths(await ask("wrapper", {}, member)).includes("/decorators/"), true);
});

test("whatever is typed is answered", async () => {
  const pieces = fc.oneof(
    fc.string({ unit: "binary", maxLength: 250 }),
    fc.string({
      unit: fc.constantFrom(
        "'",
        '"',
        "\\",
        ":",
        "*",
        "&",
        "|",
        "!",
        "(",
        ")",
        "<",
        ">",
        "-",
        "a",
        "\0",
        " ",
        "%",
        "\ud800",
      ),
    }),
    fc.constantFrom(...nasty),
  );
  const questions = fc.array(pieces, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" "));
  await fc.assert(
    fc.asyncProperty(questions, async (question) => {
      const answer = await ask(question);
      assert.ok(answer.query.length <= 200);
    }),
    { numRuns: 100 },
  );
});

const nasty = [
  "' or 1=1 --",
  "'; drop table entries; --",
  "a:*",
  "a & b | !c <-> d",
  "<script>alert(1)</script>",
  "%00%0a",
  "\u202Eabc\u0301\u0489",
  "👩‍👩‍👧‍👦 𝒻𝓊𝓃 ﷽",
  "🇩🇪".repeat(60),
  "a".repeat(1000),
  "a.".repeat(100),
  "-".repeat(200),
  "日本語のテキスト",
  "NULL undefined NaN",
  "{{7*7}} ${7*7}",
];
