import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { db } from "#lib/db.ts";
import { liftHold } from "#lib/jobs/hold.ts";
import { holds } from "#lib/jobs/schema.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { currentProvider } from "./providers.ts";
import { begin } from "./testing/buying.ts";

test("a restored site moves no money before it is released, and understands what it is told", async () => {
  const ada = await newVisitor("ada");
  const page = urls.joinPlan({ plan: "monthly" });
  const price = /name="price" value="(\d+)"/.exec((await ada.get(page)).html)?.[1] ?? "";
  const provider = await currentProvider();
  await db.insert(holds).values({ name: "restore", madeAt: new Date() });
  const refused = await ada.post(page, { price });
  assert.equal(refused.status, 503);
  assert.match(refused.text, /Nothing was charged/);
  await assert.rejects(provider.cancel("sub_none", "now"), /was restored and is held/);
  assert.equal(await provider.find("subscription", "sub_none"), undefined);
  await liftHold();
  assert.ok(await begin(ada, page));
});
