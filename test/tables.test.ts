import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { models } from "#apps.ts";

// What no list would help anybody with, and why.
const withoutAdmin: Readonly<Record<string, string>> = {
  bodies: "stands in the form of its entry",
  credits: "stands in the form of its entry",
  prices: "stands in the form of its plan or product",
  entry_topics: "stands in the form of its entry",
  entry_images: "is computed from the text",
  related: "is computed from the text",
  sections: "is computed from the text",
  search_index: "is computed from the text",
  search_words: "is computed from the text",
  content_version: "is a number",
  limits: "is a count of somebody's tries",
  job_rates: "belongs to the queue, which has a page",
  job_schedules: "belongs to the queue, which has a page",
  holds: "is lifted by a command alone",
  dismissed_searches: "stands on the page of searches in vain",
  role_permissions: "stands on the page of a role",
  user_roles: "stands on the page of a person",
  deletion_holds: "says what the deletion of an account waits for, and goes with that",
  one_time_tokens: "is secret",
  recovery_codes: "is secret",
  working_copies: "is seen by who types it alone",
  mail_mailbox: "has a page, on one's own machine",
  mail_batches: "stands on the page of mail",
  sandbox_objects: "has a page, in the sandbox",
  mail_webhooks: "is what the events were made of",
};

test("every table has an admin, or a reason to have none", async () => {
  const tables = new Set<string>();
  for (const file of globSync("src/{apps,lib}/*/schema.ts")) {
    const schema: Record<string, unknown> = await import(`../${file}`);
    for (const each of Object.values(schema)) if (is(each, PgTable)) tables.add(getTableName(each));
  }
  assert.ok(tables.size > 50, String(tables.size));
  for (const table of tables) assert.ok(models.has(table) !== table in withoutAdmin, table);
  for (const table of Object.keys(withoutAdmin)) assert.ok(tables.has(table), `${table} is no table any more`);
});
