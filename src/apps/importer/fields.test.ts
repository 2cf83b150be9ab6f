import { entryAt, folderOf, refusals } from "./testing/world.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { asc, eq } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { credits } from "#apps/catalog/schema.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { importFolder } from "./import.ts";

test("a file that names only its reviewers keeps the authors of its rule", async () => {
  const folder = await folderOf({
    "lectern.yaml": "files:\n  - { match: '*.md', authors: Ruled Author }\n",
    "reviewed.md": "---\nteam: { technical reviewer: Some Reviewer }\n---\n# Reviewed\n\nText.\n",
    "disowned.md": "---\nteam: { author: Own Author }\n---\n# Disowned\n\nText.\n",
  });
  assert.deepEqual(refusals(await importFolder(folder, { publish: true })), []);
  assert.deepEqual(await teamOf("/reviewed/"), ["author: Ruled Author", "technical reviewer: Some Reviewer"]);
  assert.deepEqual(await teamOf("/disowned/"), ["author: Own Author"]);
});

test("a file says what a crop of its picture keeps, and a wrong focus is refused with its line", async () => {
  const folder = await folderOf({
    "focused.md": "---\nimage: p.jpg\nfocus: 30% 75%\n---\n# Focused\n\nText.\n",
    "unfocused.md": "---\nimage: p.jpg\nfocus: top\n---\n# Unfocused\n\nText.\n",
    "p.jpg": await photo(24, 20),
  });
  const report = await importFolder(folder, { publish: true });
  assert.deepEqual(refusals(report), ['unfocused.md:3 focus must be two percentages such as "50% 20%", not "top".']);
  const entry = await entryAt("/focused/");
  const [picture] = await db
    .select()
    .from(media)
    .where(eq(media.id, entry?.imageId ?? 0));
  assert.deepEqual([picture?.focusX, picture?.focusY], [30, 75]);
});

test("a file says when it expires; what has expired is a draft, and another import leaves it so", async () => {
  const folder = await folderOf({
    "offer.md": "---\nexpires: 2999-01-31\n---\n# Offer\n\nText.\n",
    "former.md": "---\nexpiryDate: 2020-01-31\n---\n# Former\n\nText.\n",
    "odd.md": "---\nexpires: soon\n---\n# Odd\n\nText.\n",
  });
  const report = await importFolder(folder, { publish: true });
  assert.deepEqual(refusals(report), ['odd.md:2 expires must be a date such as 2024-05-31, not "soon".']);
  assert.equal((await entryAt("/offer/"))?.expiresAt?.toISOString(), "2999-01-31T00:00:00.000Z");
  assert.equal((await entryAt("/former/"))?.publishedAt, null);
  const again = await importFolder(folder, { publish: true });
  assert.deepEqual(
    again.articles.map(({ status }) => status),
    ["unchanged", "unchanged"],
  );
});

async function teamOf(path: string): Promise<string[]> {
  const entry = await entryAt(path);
  const rows = await db
    .select({ role: credits.role, name: profiles.name })
    .from(credits)
    .innerJoin(profiles, eq(profiles.id, credits.profileId))
    .where(eq(credits.entryId, entry?.id ?? 0))
    .orderBy(asc(credits.position));
  return rows.map(({ role, name }) => `${role}: ${name}`);
}
