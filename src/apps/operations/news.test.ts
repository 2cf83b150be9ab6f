import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, afterEach, beforeEach, test } from "node:test";
import { profiles } from "#apps/accounts/schema.ts";
import { announcePublished } from "#apps/catalog/announcing.ts";
import { saveEntry, type EntryInput } from "#apps/catalog/saving.ts";
import { entries, type Entry } from "#apps/catalog/schema.ts";
import { config } from "#config.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, knowTasks } from "#lib/jobs.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { handOverNews } from "./news.ts";
import { alerts } from "./schema.ts";
import { hearOfPublished, postToSlack, tasks } from "./tasks.ts";
import { startStandIn } from "./testing/stand-in.ts";

const database = await testDatabase();
connect(database.url);
knowTasks(tasks);
const slack = await startStandIn();
config.SLACK_URL = slack.url;
after(async () => {
  await slack.close();
  await disconnect();
  await database.drop();
});
const now = new Date();
const day = 86_400_000;
const [ada, otto] = await db
  .insert(profiles)
  .values([
    { slug: "ada", name: "Ada Lindqvist" },
    { slug: "otto", name: "Otto Brandt" },
  ])
  .returning();
beforeEach(async () => {
  await db.delete(alerts);
  await publish("The oldest", { publishedAt: new Date(now.getTime() - 30 * day) });
});
afterEach(async () => {
  await db.delete(entries);
  slack.asked.length = 0;
});

async function publish(title: string, fields: Partial<EntryInput> = {}, author = ada): Promise<Entry> {
  return await saveEntry({
    kind: "tutorial",
    path: `/${title.toLowerCase().replaceAll(" ", "-")}/`,
    title,
    publishedAt: now,
    credits: [{ profileId: author?.id ?? 0, role: "author" }],
    ...fields,
  });
}

/** What is told once everybody has heard of what was published. */
async function told(minutes = 3): Promise<string[]> {
  await announcePublished(now);
  await drainTasks([hearOfPublished]);
  await handOverNews(new Date(Date.now() + minutes * 60_000));
  await drainTasks([postToSlack]);
  return slack.asked.splice(0).map(({ body }): string => JSON.parse(body).text);
}

test("what is published is told, with its address", async () => {
  await publish("Sort a list");
  const [message, ...others] = await told();
  assert.deepEqual(others, []);
  assert.match(message ?? "", /^:tada: \*Published: Sort a list\*\nhttp:\/\/localhost\/sort-a-list\/\n/);
  assert.doesNotMatch(message ?? "", /What to do/);
  assert.deepEqual(await told(), []);
});

test("news wait two minutes for others, and are one message, which counts what it does not name", async () => {
  for (let n = 10; n < 32; n += 1) await publish(`Part ${n}`);
  assert.deepEqual(await told(1), []);
  const [message, ...others] = await told();
  assert.deepEqual(others, []);
  const lines = (message ?? "").split("\n");
  assert.match(lines[0] ?? "", /\*Published: Part \d+, and 21 more\*/);
  assert.match(lines[1] ?? "", /^Published: Part \d+, http:\/\/localhost\/part-\d+\/$/);
  assert.deepEqual(lines.slice(11, 12), ["and 12 more"]);
});

test("the site's first publication and an author's first are told as such", async () => {
  await publish("A debut", {}, otto);
  assert.match((await told())[0] ?? "", /First publication: A debut, by Otto Brandt/);
  await publish("Another", {}, otto);
  assert.match((await told())[0] ?? "", /Published: Another/);
  await db.delete(entries);
  await publish("Hello");
  await publish("Hello again");
  const [both] = await told();
  assert.match(both ?? "", /First publication of the site: Hello, http/);
  assert.match(both ?? "", /Published: Hello again/);
});

test("what lists do not show, or is a draft again, is no news", async () => {
  await publish("About", { listed: false });
  const entry = await publish("Too early");
  await announcePublished(now);
  await saveEntry({ kind: entry.kind, path: entry.path, title: entry.title, publishedAt: null }, entry.id);
  assert.deepEqual(await told(), []);
});
