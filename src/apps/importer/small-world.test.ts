import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { redirects } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { goRound, removeFolders } from "./testing/round.ts";

assert.ok(site);
after(closeImages);
after(removeFolders);

test("a round of the small world through a folder changes nothing", async () => {
  const written = await goRound();
  assert.match(written["tutorials/python-lists.md"] ?? "", /^aliases:\n {2}- \/lists\/#slices$/m);
  const [redirect] = await db.select().from(redirects).where(eq(redirects.path, "/lists/"));
  assert.equal(redirect?.anchor, "#slices");
});
