import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { and, asc, desc, eq } from "drizzle-orm";
import { credits, entries, redirects, searchIndex, topics } from "#apps/catalog/schema.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { contentChanged, visit, visitOk } from "../../../test/helpers/site.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import { forgetAccount } from "./forgetting.ts";
import { changes } from "./schema.ts";

const otto = await newVisitor("otto");
let topic = 0;
beforeEach(async () => {
  const [added] = await db
    .insert(topics)
    .values({ slug: `topic-${Date.now()}-${Math.random()}`.replace(".", "-"), name: "Name", summary: "Summary" })
    .returning();
  topic = added?.id ?? 0;
});

function text(value: string): string {
  return value
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

/** The fields of a form as a browser would send them. */
async function formOf(visitor: Visitor, address: string): Promise<Record<string, string>> {
  const { html } = await visitor.get(address);
  const fields: Record<string, string> = {};
  const form = /<form class="admin-form"[\s\S]*?<\/form>/.exec(html)?.[0] ?? "";
  for (const [tag, name = ""] of form.matchAll(/<input[^>]*?name="([^"]+)"[^>]*>/g)) {
    const value = /value="([^"]*)"/.exec(tag)?.[1] ?? "";
    if (!/type="(checkbox|radio)"/.test(tag) || tag.includes(" checked")) fields[name] = text(value);
  }
  for (const [, name = "", value = ""] of form.matchAll(
    /<textarea[^>]*?name="([^"]+)"[^>]*>\n?([\s\S]*?)<\/textarea>/g,
  ))
    fields[name] = text(value);
  for (const [, name = "", options = ""] of form.matchAll(/<select[^>]*?name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g))
    fields[name] = text(/<option value="([^"]*)" selected/.exec(options)?.[1] ?? "");
  delete fields.csrf;
  return fields;
}

const addressOf = (model: string, key: number): string => urls.adminRow({ model, key: String(key) });
const rowOf = async (id: number) => (await db.select().from(topics).where(eq(topics.id, id)))[0];

test("a form that is sent as it was shown changes nothing, not even the seconds that it does not show", async () => {
  const at = new Date("2026-05-05T05:05:05.555Z");
  await db.update(entries).set({ publishedAt: at }).where(eq(entries.id, 2));
  const [before] = await db.select().from(entries).where(eq(entries.id, 2));
  const told = (await db.select().from(changes)).length;
  const saved = await otto.post(addressOf("entries", 2), await formOf(otto, addressOf("entries", 2)));
  assert.equal(saved.status, 303, saved.text.slice(0, 300));
  const [after] = await db.select().from(entries).where(eq(entries.id, 2));
  assert.deepEqual(after, before);
  assert.equal((await db.select().from(changes)).length, told);
});

test("what is wrong is said beside its field, and what was typed stays", async () => {
  const fields = await formOf(otto, addressOf("topics", topic));
  const wrong = await otto.post(addressOf("topics", topic), {
    ...fields,
    slug: "python",
    name: "Typed",
    position: "many",
  });
  assert.equal(wrong.status, 422);
  assert.match(wrong.html, /id="field-position-error">\s*Please give a whole number/);
  assert.match(wrong.html, /value="Typed"/);
  const taken = await otto.post(addressOf("topics", topic), { ...fields, slug: "python" });
  assert.match(taken.html, /id="field-slug-error">\s*There is one of these already/);
});

test("two people on one row: the second sees what changed, and both changes are kept", async () => {
  const second = await formOf(otto, addressOf("topics", topic));
  await otto.post(addressOf("topics", topic), { ...second, name: "Theirs" });
  const late = await otto.post(addressOf("topics", topic), { ...second, summary: "Mine" });
  assert.equal(late.status, 409);
  assert.deepEqual([(await rowOf(topic))?.name, (await rowOf(topic))?.summary], ["Theirs", "Summary"]);
  assert.match(late.text, /has saved this meanwhile.*Name Theirs Not changed/);
  const version = /name="version" value="([^"]+)"/.exec(late.html)?.[1] ?? "";
  const merged = await otto.post(addressOf("topics", topic), { ...second, name: "Theirs", summary: "Mine", version });
  assert.equal(merged.status, 303);
  assert.deepEqual([(await rowOf(topic))?.name, (await rowOf(topic))?.summary], ["Theirs", "Mine"]);
});

test("where both changed the same, the second chooses", async () => {
  const second = await formOf(otto, addressOf("topics", topic));
  await otto.post(addressOf("topics", topic), { ...second, name: "Theirs" });
  const late = await otto.post(addressOf("topics", topic), { ...second, name: "Mine" });
  assert.match(late.html, /name="take:name" value="yours" checked/);
  const version = /name="version" value="([^"]+)"/.exec(late.html)?.[1] ?? "";
  await otto.post(addressOf("topics", topic), { ...second, name: "Mine", version, "take:name": "theirs" });
  assert.equal((await rowOf(topic))?.name, "Theirs");
});

test("rows edited in the list are saved together, or not at all when somebody was faster", async () => {
  const list = await otto.get(urls.adminList({ model: "topics" }, { q: "Name" }));
  const versions = Object.fromEntries(
    [...list.html.matchAll(/name="(version:\d+)" value="([^"]+)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const keys = Object.keys(versions).map((name) => name.replace("version:", ""));
  const positions = Object.fromEntries(keys.map((key) => [`${key}:position`, "7"]));
  const address = urls.adminList({ model: "topics" });
  assert.equal((await otto.post(address, { do: "save", ...versions, ...positions })).status, 303);
  assert.equal((await rowOf(topic))?.position, 7);
  const late = await otto.post(address, { do: "save", ...versions, ...positions, [`${topic}:position`]: "9" });
  assert.equal(late.status, 409);
  assert.equal((await rowOf(topic))?.position, 7);
});

test("a row that was changed is restored as it was after any change", async () => {
  const address = addressOf("topics", topic);
  for (const name of ["One", "Two", "Three"]) {
    await otto.post(address, { ...(await formOf(otto, address)), name });
  }
  const history = urls.adminHistory({ model: "topics", key: String(topic) });
  const page = await otto.get(history);
  assert.match(page.text, /changed Otto Brandt .* from 127\.0\.0\.1 .*Name Two Three/);
  const ids = [...page.html.matchAll(/name="change" value="(\d+)"/g)].map(([, id = ""]) => id);
  assert.equal((await otto.post(history, { change: ids.at(-1) ?? "" })).status, 303);
  assert.equal((await rowOf(topic))?.name, "One");
  const [last] = await db.select().from(changes).orderBy(desc(changes.id)).limit(1);
  assert.deepEqual(
    [last?.action, last?.before, last?.after, last?.actorId],
    ["restored", { name: "Three" }, { name: "One" }, 4],
  );
});

test("a deletion shows what goes along, leads readers elsewhere, and is taken back with all of it", async () => {
  const of = { model: "entries", key: "4" };
  const [path] = (await db.select().from(entries).where(eq(entries.id, 4))).map((entry) => entry.path);
  const before = await stateOf(4);
  const page = await otto.get(urls.adminDelete(of));
  assert.match(page.text, new RegExp(`Sections ${before.sections}`));
  const gone = await otto.post(urls.adminDelete(of), { _method: "DELETE", redirect: "2" });
  assert.equal(gone.status, 303);
  assert.deepEqual(await stateOf(4), { entries: 0, sections: 0, revisions: 0, credits: 0 });
  const [target] = await db.select({ path: entries.path }).from(entries).where(eq(entries.id, 2));
  assert.equal((await visit(path ?? "")).headers.location, target?.path);
  const history = urls.adminHistory(of);
  const [, id = ""] = /name="change" value="(\d+)"/.exec((await otto.get(history)).html) ?? [];
  assert.equal((await otto.post(history, { change: id })).status, 303);
  assert.deepEqual(await stateOf(4), before);
  await contentChanged();
  await visitOk(path ?? "");
});

async function stateOf(id: number) {
  const { rows } = await db.$client.query(
    `select (select count(*)::int from entries where id = $1) as entries,
      (select count(*)::int from sections where entry_id = $1) as sections,
      (select count(*)::int from revisions where entry_id = $1) as revisions,
      (select count(*)::int from credits where entry_id = $1) as credits`,
    [id],
  );
  return rows[0];
}

test("an entry whose address is changed is found there, and its former address leads to it", async () => {
  const address = addressOf("entries", 3);
  const fields = await formOf(otto, address);
  const reserved = await otto.post(address, { ...fields, path: "/account/" });
  assert.match(reserved.text, /is an address of the site itself/);
  const saved = await otto.post(address, { ...fields, path: "/hints-moved/", title: "Hints, moved" });
  assert.equal(saved.status, 303, saved.text.slice(0, 300));
  assert.equal((await visit(fields.path ?? "")).headers.location, "/hints-moved/");
  await visitOk("/hints-moved/");
  const [found] = await db
    .select()
    .from(searchIndex)
    .where(and(eq(searchIndex.entryId, 3), eq(searchIndex.whole, true)));
  assert.match(found?.title ?? "", /moved/);
  const [way] = await db.select().from(redirects).where(eq(redirects.entryId, 3));
  assert.equal(way?.path, fields.path);
});

test("rows that belong to another are added, reordered and removed in its form", async () => {
  const address = addressOf("entries", 2);
  const fields = await formOf(otto, address);
  const count = Object.keys(fields).filter((name) => /^credits:\d+:profileId$/.test(name)).length - 1;
  const extra = {
    [`credits:${count}:profileId`]: "2",
    [`credits:${count}:role`]: "illustrator",
    [`credits:${count}:place`]: "0.5",
  };
  assert.equal((await otto.post(address, { ...fields, ...extra })).status, 303);
  assert.equal((await team())[0]?.role, "illustrator");
  assert.equal((await team()).length, count + 1);
  await otto.post(address, { ...(await formOf(otto, address)), "credits:0:delete": "yes" });
  assert.deepEqual([(await team()).length, (await team()).some(({ role }) => role === "illustrator")], [count, false]);
});

function team() {
  return db.select().from(credits).where(eq(credits.entryId, 2)).orderBy(asc(credits.position));
}

test("an action asks first, then treats what was chosen or all that match, and is kept row by row", async () => {
  const list = urls.adminList({ model: "entries" }, { filter: "publishedAt:" });
  await db.update(entries).set({ publishedAt: null }).where(eq(entries.id, 2));
  const asked = await otto.post(list, { do: "action:publish", all: "yes" }, list);
  assert.match(asked.text, /Publish \d+ entr(y|ies) now/);
  assert.equal((await rowOfEntry(2))?.publishedAt, null);
  const done = await otto.post(list, { do: "action:publish", all: "yes", confirmed: "yes" });
  assert.equal(done.status, 303);
  assert.ok((await rowOfEntry(2))?.publishedAt);
  const told = await db
    .select()
    .from(changes)
    .where(and(eq(changes.action, "publish"), eq(changes.key, "2")));
  assert.equal(told.length, 1);
});

const rowOfEntry = async (id: number) => (await db.select().from(entries).where(eq(entries.id, id)))[0];

test("many rows are deleted only by who has proved lately who they are", async () => {
  const stale = await newVisitor("otto", { authenticatedAt: new Date(Date.now() - 3_600_000) });
  const address = urls.adminDeletion({ model: "topics" });
  const sent = await stale.post(
    address,
    { "key[]": String(topic), confirmed: "yes" },
    urls.adminList({ model: "topics" }),
  );
  assert.match(String(sent.headers.location), /sign-in\/again/);
  assert.ok(await rowOf(topic));
  assert.match((await otto.post(address, { "key[]": String(topic) })).text, /Delete 1 topic\?/);
  await otto.post(address, { "key[]": String(topic), confirmed: "yes" });
  assert.equal(await rowOf(topic), undefined);
});

test("a row is saved as a new one, with its own key", async () => {
  const fields = await formOf(otto, addressOf("topics", topic));
  const saved = await otto.post(urls.adminNew({ model: "topics" }), {
    ...fields,
    slug: `${fields.slug}-2`,
    next: "stay",
  });
  assert.match(String(saved.headers.location), /done=added/);
  assert.ok(
    (
      await db
        .select()
        .from(topics)
        .where(eq(topics.slug, `${fields.slug}-2`))
    )[0],
  );
});

test("revisions are looked at, and changed by nobody", async () => {
  const [row] = await db.select().from(revisions).limit(1);
  const key = `${row?.entryId},${row?.number}`;
  assert.equal((await otto.get(urls.adminRow({ model: "revisions", key }))).status, 200);
  assert.equal((await otto.post(urls.adminRow({ model: "revisions", key }), { source: "Other" })).status, 404);
  assert.equal((await otto.post(urls.adminDelete({ model: "revisions", key }), { _method: "DELETE" })).status, 404);
});

test("what histories hold of a deleted account is forgotten, and the rest stays", async () => {
  const kept = [
    {
      table: "readings",
      rows: [
        { user_id: 1, anchor: "theirs" },
        { user_id: 2, anchor: "other" },
      ],
    },
  ];
  const change = { model: "entries", key: "999", title: "Gone", action: "deleted", before: {}, after: {}, gone: kept };
  const profile = {
    model: "profiles",
    key: "12345",
    title: "Sam Okafor",
    action: "changed",
    before: { name: "Sam" },
    after: {},
  };
  await db.insert(changes).values([
    { ...change, actorId: 4, ip: "192.0.2.4" },
    { ...profile, ip: "192.0.2.1" },
  ]);
  await forgetAccount(1);
  const [entry] = await db.select().from(changes).where(eq(changes.key, "999"));
  assert.deepEqual(
    [entry?.ip, entry?.gone],
    ["192.0.2.4", [{ table: "readings", rows: [{ user_id: 2, anchor: "other" }] }]],
  );
  const [former] = await db.select().from(changes).where(eq(changes.key, "12345"));
  assert.deepEqual([former?.ip, former?.title, former?.before], ["", "", {}]);
});
