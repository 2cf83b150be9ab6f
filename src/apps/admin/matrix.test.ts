import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, inArray, sql } from "drizzle-orm";
import { people } from "#apps/accounts/fixtures.ts";
import { rolePermissions, roles, userRoles, users } from "#apps/accounts/schema.ts";
import { credits, entries } from "#apps/catalog/schema.ts";
import { deeds, scopeOf, type Deed } from "#lib/admin/access.ts";
import { keyOf, knownModels, type Model } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";

const names = ["owner", "admin", "editor", "author", "support"] as const;
const models = [...knownModels().values()];

// One account a role, of which the author has an entry.
const all = await db
  .select()
  .from(roles)
  .where(inArray(roles.name, [...names]));
const granted = await db.select().from(rolePermissions);
await db.delete(userRoles);
const holders = new Map<string, { visitor: Visitor; viewer: Viewer }>();
for (const [place, name] of names.entries()) {
  const role = all.find((each) => each.name === name);
  const person = people[place];
  assert.ok(role && person);
  const userId = place + 1;
  await db.insert(userRoles).values({ userId, roleId: role.id });
  const permissions = granted.filter(({ roleId }) => roleId === role.id).map(({ permission }) => permission);
  const viewer: Viewer = { id: userId, isMember: false, permissions };
  holders.set(name, { visitor: await newVisitor(person), viewer });
}
const authorId = names.indexOf("author") + 1;
await db.execute(sql`update profiles set user_id = null`);
await db.execute(sql`update profiles set user_id = ${authorId} where slug = 'ada'`);

/** What a permission says of a table, read anew from the rows that a role has. */
function expected({ permissions }: Viewer, { name, without = [] }: Model, deed: Deed): boolean {
  if (deed !== "view" && without.includes(deed)) return false;
  const wanted = [`admin.${name}.${deed}`, `admin.*.${deed}`];
  return (
    permissions.includes("*") ||
    wanted.some((each) => permissions.includes(each) || permissions.includes(`${each}.own`))
  );
}

async function statusOf(visitor: Visitor, model: Model, deed: Deed): Promise<number> {
  const of = { model: model.name };
  if (deed === "add") return (await visitor.get(urls.adminNew(of))).status;
  if (deed === "view") return (await visitor.get(urls.adminList(of))).status;
  const [row] = await db.select().from(model.table).limit(1);
  const key = row === undefined ? "1" : keyOf(model, row);
  if (deed === "delete") return (await visitor.get(urls.adminDelete({ ...of, key }))).status;
  // Without a token of a page of its own a form would be refused as forged.
  return (await visitor.post(urls.adminRow({ ...of, key }), { version: "other" }, urls.account())).status;
}

for (const [name, { visitor, viewer }] of holders) {
  test(`what the role ${name} may do with each table is what the permissions of the role say`, async () => {
    for (const model of models) {
      const [row] = await db.select().from(model.table).limit(1);
      for (const deed of deeds) {
        const isOpen = expected(viewer, model, deed);
        assert.equal(scopeOf(viewer, model, deed) !== undefined, isOpen, `${model.name} ${deed}`);
        const isOwnOnly = scopeOf(viewer, model, deed)?.where !== undefined;
        if (isOpen && (deed === "change" || deed === "delete") && (row === undefined || isOwnOnly)) continue;
        const status = await statusOf(visitor, model, deed);
        assert.equal(status !== 404, isOpen, `${name} ${model.name} ${deed} answered ${status}`);
        assert.ok(status < 500, `${name} ${model.name} ${deed} answered ${status}`);
      }
    }
  });

  test(`exports, choices, histories and the search of the role ${name} end where the lists do`, async () => {
    for (const model of models) {
      const of = { model: model.name };
      const isOpen = expected(viewer, model, "view");
      const addresses = [
        urls.adminExport({ ...of, format: "csv" }),
        urls.adminExport({ ...of, format: "json" }),
        urls.adminChoices(of),
      ];
      for (const address of addresses)
        assert.equal((await visitor.get(address)).status === 200, isOpen, `${name} ${address}`);
      const mayImport = isOpen && (expected(viewer, model, "add") || expected(viewer, model, "change"));
      assert.equal((await visitor.get(urls.adminImport(of))).status === 200, mayImport, `${name} ${model.name} import`);
      const deletion = await visitor.post(urls.adminDeletion(of), { "key[]": "999999" }, urls.account());
      assert.equal(
        deletion.status !== 404,
        isOpen && expected(viewer, model, "delete"),
        `${name} ${model.name} deletion`,
      );
    }
    const hits = await visitor.get(urls.adminSearch({}, { q: "e" }), { accept: "application/json" });
    for (const { href } of hitsIn(hits.html)) assert.equal((await visitor.get(href)).status, 200, `${name} ${href}`);
  });
}

test("a reader, and staff without a second factor, learn of no page of the admin", async () => {
  const [tess] = await db.insert(users).values({ address: "reader@example.org" }).returning();
  assert.ok(tess);
  const reader = await newVisitor("sam", { userId: tess.id });
  const nobody = await newVisitor();
  for (const model of models) {
    assert.equal((await reader.get(urls.adminList({ model: model.name }))).status, 404);
    // Whoever is nobody yet is asked who they are, on pages that are there and on pages that are not.
    for (const key of ["1", "not-there"]) {
      const { headers } = await nobody.get(urls.adminRow({ model: model.name, key }));
      assert.match(String(headers.location), /^\/sign-in\/\?next=/);
    }
  }
  const hasty = await newVisitor("maya", { hasSecondFactor: false });
  assert.match(String((await hasty.get(urls.admin())).headers.location), /second-factor/);
});

test("an author sees, changes and exports their own entries, and no other, whatever number they ask for", async () => {
  const author = holders.get("author");
  assert.ok(author);
  const own = await db
    .select({ id: credits.entryId })
    .from(credits)
    .where(sql`profile_id = 1 and role = 'author'`);
  const ids = new Set(own.map(({ id }) => id));
  const every = await db.select().from(entries);
  assert.ok(ids.size > 0 && ids.size < every.length);
  for (const { id } of every) {
    const page = await author.visitor.get(urls.adminRow({ model: "entries", key: String(id) }));
    assert.equal(page.status, ids.has(id) ? 200 : 404);
    const history = await author.visitor.get(urls.adminHistory({ model: "entries", key: String(id) }));
    assert.equal(history.status, ids.has(id) ? 200 : 404);
    const saved = await author.visitor.post(
      urls.adminRow({ model: "entries", key: String(id) }),
      { title: "Mine" },
      urls.account(),
    );
    assert.equal(saved.status === 404, !ids.has(id));
  }
  const exported: unknown = JSON.parse(
    (await author.visitor.get(urls.adminExport({ model: "entries", format: "json" }))).html,
  );
  assert.ok(Array.isArray(exported));
  assert.deepEqual(new Set(exported.map((row: { id: number }) => row.id)), ids);
  const named = every.map(({ id }) => String(id));
  await author.visitor.post(
    urls.adminList({ model: "entries" }),
    { do: "action:publish", "key[]": named, confirmed: "yes" },
    urls.account(),
  );
  const after = await db.select().from(entries);
  assert.deepEqual(
    after.map(({ publishedAt }) => publishedAt),
    every.map(({ publishedAt }) => publishedAt),
  );
});

test("an author publishes nothing by a form, an import or a restore, and adds what is theirs alone", async () => {
  const author = holders.get("author")?.visitor;
  assert.ok(author);
  const added = await author.post(
    urls.adminNew({ model: "entries" }),
    {
      title: "A draft",
      path: "/a-draft/",
      kind: "tutorial",
      publishedAt: "2026-01-01T00:00",
      access: "members",
      position: "0",
    },
    urls.adminNew({ model: "entries" }),
  );
  assert.equal(added.status, 303, added.text.slice(0, 400));
  const [draft] = await db.select().from(entries).where(eq(entries.path, "/a-draft/"));
  assert.deepEqual([draft?.publishedAt, draft?.access], [null, "public"]);
  const key = String(draft?.id);
  const page = await author.get(urls.adminRow({ model: "entries", key }));
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.html, /name="publishedAt"/);
  const version = /name="version" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
  const fields = {
    title: "Better",
    position: "0",
    updatedAt: "2026-01-01T00:00",
    version,
    publishedAt: "2026-01-01T00:00",
    path: "/elsewhere/",
  };
  await author.post(urls.adminRow({ model: "entries", key }), fields);
  const [after] = await db
    .select()
    .from(entries)
    .where(eq(entries.id, Number(key)));
  assert.deepEqual([after?.title, after?.publishedAt, after?.path], ["Better", null, "/a-draft/"]);
});

test("secrets of accounts and what mails say are on no page, in no export and no search", async () => {
  const owner = holders.get("owner")?.visitor;
  assert.ok(owner);
  await db.update(users).set({ totpSecret: "CANARY-SECRET", passwordHash: "CANARY-HASH" }).where(eq(users.id, 5));
  await db.execute(
    sql`update mail_messages set html = 'CANARY-HTML', text = 'CANARY-TEXT', headers = '{"x":"CANARY-HEAD"}'`,
  );
  const addresses = ["users", "mail_messages"].flatMap((model) => [
    urls.adminList({ model }),
    urls.adminRow({ model, key: "5" }),
    urls.adminRow({ model, key: "1" }),
    urls.adminExport({ model, format: "csv" }),
    urls.adminExport({ model, format: "json" }),
  ]);
  for (const address of addresses) assert.doesNotMatch((await owner.get(address)).html, /CANARY/, address);
});

test("only who has all rights has rights that nobody has named", () => {
  assert.equal(may({ id: 1, isMember: false, permissions: ["*"] }, "admin.anything.view"), true);
  assert.equal(may({ id: 1, isMember: false, permissions: ["admin.open"] }, "admin.anything.view"), false);
});

function hitsIn(json: string): { href: string }[] {
  const hits: unknown = JSON.parse(json);
  assert.ok(Array.isArray(hits));
  return hits;
}

test("the form of a role keeps its rights to tables, and gives new ones", async () => {
  const owner = holders.get("owner")?.visitor;
  const editor = all.find(({ name }) => name === "editor");
  assert.ok(owner && editor);
  const address = urls.staffRole({ id: String(editor.id) });
  const { html } = await owner.get(address);
  const ticked = [...html.matchAll(/name="permissions" value="([^"]+)" checked/g)].map(([, name = ""]) => name);
  const chosen = [...html.matchAll(/<option value="(admin\.[^"]+)" selected/g)].map(([, name = ""]) => name);
  const before = granted.filter(({ roleId }) => roleId === editor.id).map(({ permission }) => permission);
  assert.deepEqual(new Set([...ticked, ...chosen]), new Set(before));
  const fields = { _method: "PUT", name: "editor", about: "", permissions: ticked };
  const saved = await owner.post(address, { ...fields, "tables[]": ["", ...chosen, "admin.blocks.view"] });
  assert.equal(saved.status, 303);
  const after = await db.select().from(rolePermissions).where(eq(rolePermissions.roleId, editor.id));
  assert.deepEqual(new Set(after.map(({ permission }) => permission)), new Set([...before, "admin.blocks.view"]));
});
