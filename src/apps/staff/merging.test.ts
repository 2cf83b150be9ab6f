import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { desc, eq, notInArray, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { permissionNames } from "#apps/accounts/permissions.ts";
import { securityEvents, userRoles, users, type User } from "#apps/accounts/schema.ts";
import { noOrigin } from "#apps/accounts/security-events.ts";
import { addUser, findUser, getUser } from "#apps/accounts/users.ts";
import type { Viewer } from "#lib/viewer.ts";
import { messages } from "#apps/mail/schema.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { countRows, listReferences, mergeAccounts } from "./merging.ts";

const owner: Viewer = { id: 4, isMember: false, permissions: ["*", ...permissionNames] };

/** What goes with the other account, because it is good for that alone. */
const gone = new Set(["sessions", "one_time_tokens", "recovery_codes", "passkeys"]);

async function twoAccounts(name: string): Promise<{ kept: User; other: User }> {
  const [kept, other] = [
    await addUser({ address: `${name}@home.example`, name }),
    await addUser({ address: `${name}@work.example` }),
  ];
  assert.ok(kept && other);
  return { kept, other };
}

interface Column {
  name: string;
  type: string;
  target: string | null;
  targetColumn: string | null;
  isGiven: boolean;
}

/** Adds a row to any table, with a value of its own in every column that needs one. */
async function addRow(table: string, set: Record<string, number>, seed: number): Promise<void> {
  const { rows: columns } = await db.execute<Column & Record<string, unknown>>(sql`
    select a.attname as name, format_type(a.atttypid, null) as type, f.confrelid::regclass::text as target,
      (select t.attname from pg_attribute t where t.attrelid = f.confrelid
        and t.attnum = f.confkey[array_position(f.conkey, a.attnum)]) as "targetColumn",
      (a.attidentity <> '' or a.atthasdef or not a.attnotnull) as "isGiven"
    from pg_attribute a left join pg_constraint f on f.conrelid = a.attrelid and f.contype = 'f' and a.attnum = any (f.conkey)
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped`);
  const values: Record<string, unknown> = { ...set };
  for (const { name, type, target, targetColumn, isGiven } of columns) {
    if (name in values || isGiven) continue;
    if (target !== null && targetColumn !== null) values[name] = await someValue(target, targetColumn, seed);
    else if (/int|numeric|double/.test(type)) values[name] = seed;
    else if (type.startsWith("timestamp") || type === "date") values[name] = new Date();
    else if (type === "boolean") values[name] = true;
    else if (type === "jsonb") values[name] = "{}";
    else if (type === "character") values[name] = "EUR";
    else values[name] = `row ${seed}`;
  }
  const names = Object.keys(values);
  await db.execute(
    sql`insert into ${sql.raw(table)} (${sql.join(
      names.map((name) => sql.identifier(name)),
      sql`, `,
    )}) values (${sql.join(
      names.map((name) => sql`${values[name]}`),
      sql`, `,
    )})`,
  );
}

// Of the same row whichever column it is, for keys of several; of a new one where there are too few.
async function someValue(table: string, column: string, seed: number): Promise<unknown> {
  const { rows } = await db.execute<{ value: unknown }>(
    sql`select ${sql.identifier(column)} as value from ${sql.raw(table)} order by ctid offset ${seed % 2} limit 1`,
  );
  if (rows[0] !== undefined) return rows[0].value;
  await addRow(table, {}, seed);
  return await someValue(table, column, seed);
}

async function count(table: string, column: string, id: number): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(*)::integer as count from ${sql.raw(table)} where ${sql.identifier(column)} = ${id}`,
  );
  return rows[0]?.count ?? 0;
}

test("every column that points at an account is known, with what must not be twice", async () => {
  const references = await listReferences();
  const names = new Set(references.map(({ table, column }) => `${table}.${column}`));
  for (const known of [
    "readings.user_id",
    "blocks.created_by",
    "sessions.impersonator_id",
    "security_events.actor_id",
  ]) {
    assert.ok(names.has(known), known);
  }
  const readings = references.find(({ table }) => table === "readings");
  assert.deepEqual(readings?.rules, [{ keys: ["entry_id"], where: null }]);
  assert.deepEqual(references.find(({ table }) => table === "learners")?.rules, [{ keys: [], where: null }]);
});

test("nothing of the other account is left behind, and nothing is lost where both can be kept", async () => {
  const { kept, other } = await twoAccounts("wanda");
  const references = await listReferences();
  const expected: [table: string, column: string, count: number][] = [];
  for (const [index, { table, column, rules }] of references.entries()) {
    await addRow(table, { [column]: other.id, ...ownerOf(table, column) }, 2 * index + 2);
    // Where an account has one row at most, the kept one has none of its own here.
    if (!rules.some(({ keys }) => keys.length === 0)) {
      await addRow(table, { [column]: kept.id, ...ownerOf(table, column) }, 2 * index + 3);
    }
  }
  for (const { table, column } of references) {
    const all = (await count(table, column, kept.id)) + (await count(table, column, other.id));
    expected.push([table, column, gone.has(table) ? -1 : all]);
  }
  assert.equal(await mergeAccounts(owner, { kept, other }, noOrigin), undefined);
  assert.equal(await findUser(other.id), undefined);
  for (const [table, column, rows] of expected) {
    assert.equal(await count(table, column, other.id), 0, `${table}.${column} holds the other account still`);
    // The merge itself is told of, too.
    const more = table === "security_events" && column === "user_id" ? 1 : 0;
    if (rows >= 0) assert.equal(await count(table, column, kept.id), rows + more, `${table}.${column} has lost rows`);
  }
});

// A table with two such columns needs the other one as well.
function ownerOf(table: string, column: string): Record<string, number> {
  return ["sessions", "user_roles"].includes(table) && column !== "user_id" ? { user_id: 5 } : {};
}

test("where both have the same, that of the kept account stays", async () => {
  const { kept, other } = await twoAccounts("vera");
  await db.execute(sql`insert into readings (user_id, entry_id, percent)
    values (${kept.id}, 1, 80), (${other.id}, 1, 20), (${other.id}, 2, 30)`);
  await db.execute(sql`insert into profiles (slug, name, user_id) values
    ('vera', 'Vera', ${kept.id}), ('vera-at-work', 'Vera', ${other.id})`);
  assert.deepEqual(
    (await countRows(kept, other)).map((row) => ({ ...row })),
    [
      { table: "profiles", kept: 1, other: 1 },
      { table: "readings", kept: 1, other: 2 },
    ],
  );
  assert.equal(await mergeAccounts(owner, { kept, other }, noOrigin), undefined);
  const { rows } = await db.execute<{ entry: number; percent: number }>(
    sql`select entry_id as entry, percent from readings where user_id = ${kept.id} order by 1`,
  );
  assert.deepEqual(rows, [
    { entry: 1, percent: 80 },
    { entry: 2, percent: 30 },
  ]);
  const { rows: profiles } = await db.execute<{ user_id: number | null }>(
    sql`select user_id from profiles where slug like 'vera%' order by slug`,
  );
  assert.deepEqual(profiles, [{ user_id: kept.id }, { user_id: null }], "an author's articles keep their author");
});

test("both are signed out and told, and the address that went is kept with the event", async () => {
  const { kept, other } = await twoAccounts("ulla");
  const [one, two] = [
    await newVisitor("sam", { userId: kept.id }),
    await newVisitor("sam", { userId: other.id, hasSecondFactor: false }),
  ];
  const otto = await newVisitor("otto");
  const id = String(kept.id);
  const compared = await otto.get(urls.staffPersonMerge({ id }, { other: other.address }));
  assert.match(compared.text, /Sessions 1 1/);
  assert.match((await otto.get(urls.staffPersonMerge({ id }, { other: "no@body" }))).text, /no such account/);
  const merged = await otto.post(
    urls.staffPersonMerge({ id }),
    { other: String(other.id) },
    urls.staffPersonMerge({ id }),
  );
  assert.equal(merged.headers.location, urls.staffPerson({ id }));
  for (const visitor of [one, two]) assert.equal((await visitor.get(urls.account())).status, 303);
  const [event] = await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.kind, "merged"))
    .orderBy(desc(securityEvents.id));
  assert.deepEqual([event?.userId, event?.actorId, event?.details.address], [kept.id, 4, other.address]);
  for (const { address } of [kept, other]) {
    const [mail] = await db.select().from(messages).where(eq(messages.address, address));
    assert.match(mail?.text ?? "", /ulla@work\.example is part of the account of ulla@home\.example now/);
    assert.doesNotMatch(mail?.text ?? "", /127\.0\.0\.1/, "where the staff sit is nobody's business");
  }
});

test("accounts that are not to be merged are left alone", async () => {
  const { kept, other } = await twoAccounts("tilda");
  const [otto, ada] = [await getUser(4), await getUser(3)];
  await db.delete(userRoles).where(notInArray(userRoles.userId, [otto.id, ada.id]));
  const refusals: [Viewer, User, User, RegExp][] = [
    [owner, kept, kept, /one account already/],
    [owner, otto, other, /their own account/],
    [owner, kept, { ...other, bannedAt: new Date() }, /banned/],
    [owner, { ...kept, deletionAt: new Date() }, other, /being deleted/],
    [{ ...owner, id: 2 }, kept, otto, /last owner stays/],
    [{ ...owner, id: 2, permissions: ["people.merge"] }, kept, ada, /may do more here than you/],
  ];
  for (const [viewer, one, two, sentence] of refusals) {
    assert.match((await mergeAccounts(viewer, { kept: one, other: two }, noOrigin)) ?? "", sentence);
  }
  assert.equal(await db.$count(users, sql`address like 'tilda@%'`), 2);
});
