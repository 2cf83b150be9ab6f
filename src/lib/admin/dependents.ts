import { or, sql } from "drizzle-orm";
import { db } from "../db.ts";
import { knownModels, type Model } from "../admin.ts";
import { labelOf } from "./columns.ts";
import { isRow } from "./rows.ts";

interface ForeignKey {
  table: string;
  target: string;
  columns: string[];
  targetColumns: string[];
  /** As in `pg_constraint.confdeltype`: c goes along, n and d lose what they point at, a and r refuse. */
  action: string;
}

/** So many rows of a table are followed and kept; where there are more, the rest goes without being counted. */
export const mostFollowed = 20_000;
/** A deletion of so many rows can be taken back; of a larger one only the row itself is kept. */
export const mostKept = 5_000;

export interface Dependent {
  table: string;
  /** What they are called. */
  many: string;
  count: number;
  /** There are more than that. */
  isMore: boolean;
}

/** What a deletion does beside the rows that it is about. */
export interface Consequences {
  /** What goes along. */
  going: Dependent[];
  /** What only ceases to point at something. */
  unlinked: Dependent[];
  /** What needs the rows, so that they cannot go. */
  blocking: Dependent[];
  /** The places of all rows that go, by table, those that it is about first. */
  places: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Rows of one table as JSON by its columns, to be put back. */
export interface KeptRows {
  table: string;
  rows: unknown[];
}

/**
 * What goes with rows, in whatever depth, and what else would feel it: followed through the foreign keys that the
 * database itself has, by the places of the rows, so that no row is counted twice.
 */
export async function findConsequences(model: Model, places: readonly string[]): Promise<Consequences> {
  const foreignKeys = await listForeignKeys();
  const going = new Map<string, Set<string>>([[model.name, new Set(places)]]);
  const others = { n: new Map<string, Set<string>>(), r: new Map<string, Set<string>>() };
  const queue: [string, string[]][] = [[model.name, [...places]]];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [table, from] = next;
    for (const foreignKey of foreignKeys.filter(({ target }) => target === table)) {
      const found = await findPointing(foreignKey, from);
      if (foreignKey.action !== "c") {
        addTo(/[nd]/.test(foreignKey.action) ? others.n : others.r, foreignKey.table, found);
        continue;
      }
      const fresh = found.filter((place) => going.get(foreignKey.table)?.has(place) !== true);
      if (fresh.length === 0) continue;
      addTo(going, foreignKey.table, fresh);
      queue.push([foreignKey.table, fresh]);
    }
  }
  const along = new Map([...going].map(([table, all]) => [table, table === model.name ? without(all, places) : all]));
  const staying = (pointing: Map<string, Set<string>>): Dependent[] =>
    describe(new Map([...pointing].map(([table, all]) => [table, without(all, [...(going.get(table) ?? [])])])));
  return { going: describe(along), unlinked: staying(others.n), blocking: staying(others.r), places: going };
}

/** The places of the rows that these keys name, for `findConsequences`. */
export async function findPlaces(model: Model, keys: readonly string[]): Promise<string[]> {
  const found = await db
    .select({ place: sql<string>`ctid::text` })
    .from(model.table)
    .where(or(...keys.map((key) => isRow(model, key)), sql`false`));
  return found.map(({ place }) => place);
}

/** All rows that go, to be kept until somebody wants them back; without what goes along when that is too much. */
export async function readGoing(model: Model, { places }: Consequences): Promise<KeptRows[]> {
  const total = [...places.values()].reduce((sum, { size }) => sum + size, 0);
  const kept: KeptRows[] = [];
  for (const [table, all] of places) {
    if (total > mostKept && table !== model.name) continue;
    const { rows } = await db.execute<{ row: unknown }>(
      sql`select to_jsonb(t) as row from ${sql.identifier(table)} t where t.ctid = any(${sql.param([...all])}::tid[])`,
    );
    kept.push({ table, rows: rows.map(({ row }) => row) });
  }
  return kept;
}

/**
 * Puts rows back where they were. Of those that went along, the ones are left out that belong to something that has
 * gone since; links to what is not there any more are emptied where they may be.
 */
export async function putBack(kept: readonly KeptRows[], main: string): Promise<void> {
  const foreignKeys = await listForeignKeys();
  for (const { table, rows } of inOrder(kept, foreignKeys)) {
    const own = foreignKeys.filter(
      (each) => each.table === table && each.columns.length === 1 && each.target !== table,
    );
    const columns = await listColumns(table);
    const values = columns.map((column) => {
      const link = own.find(({ columns: [only], action }) => only === column && /[nd]/.test(action));
      return link === undefined
        ? sql`r.${sql.identifier(column)}`
        : sql`case when ${isThere(link)} then r.${sql.identifier(column)} end`;
    });
    const needed = table === main ? [] : own.filter(({ action }) => !/[nd]/.test(action));
    const where = sql.join(
      [sql`true`, ...needed.map((link) => sql`(${pointer(link)} is null or ${isThere(link)})`)],
      sql` and `,
    );
    await db.execute(sql`insert into ${sql.identifier(table)} (${sql.join(
      columns.map((each) => sql.identifier(each)),
      sql`, `,
    )})
      overriding system value
      select ${sql.join(values, sql`, `)}
      from jsonb_populate_recordset(null::${sql.identifier(table)}, ${JSON.stringify(rows)}::jsonb) r where ${where}`);
  }
}

function pointer({ columns: [column = ""] }: ForeignKey) {
  return sql`r.${sql.identifier(column)}`;
}

function isThere(link: ForeignKey) {
  const [target = ""] = link.targetColumns;
  return sql`exists (select from ${sql.identifier(link.target)} x where x.${sql.identifier(target)} = ${pointer(link)})`;
}

// What others point at comes before them.
function inOrder(kept: readonly KeptRows[], foreignKeys: readonly ForeignKey[]): KeptRows[] {
  const waiting = [...kept];
  const ordered: KeptRows[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ table }) =>
      foreignKeys.every(
        (each) =>
          each.table !== table || each.target === table || !waiting.some((other) => other.table === each.target),
      ),
    );
    ordered.push(...waiting.splice(Math.max(0, free), 1));
  }
  return ordered;
}

async function findPointing(
  { table, target, columns, targetColumns }: ForeignKey,
  places: readonly string[],
): Promise<string[]> {
  const pairs = columns.map(
    (column, place) => sql`c.${sql.identifier(column)} = t.${sql.identifier(targetColumns[place] ?? "")}`,
  );
  const { rows } = await db.execute<{ place: string }>(sql`
    select c.ctid::text as place from ${sql.identifier(target)} t
    join ${sql.identifier(table)} c on ${sql.join(pairs, sql` and `)}
    where t.ctid = any(${sql.param([...places])}::tid[]) limit ${mostFollowed + 1}`);
  return rows.map(({ place }) => place);
}

async function listForeignKeys(): Promise<ForeignKey[]> {
  const { rows } = await db.execute<ForeignKey & Record<string, unknown>>(sql`
    select own.relname as "table", other.relname as target, c.confdeltype as action,
      array(select a.attname::text from unnest(c.conkey) with ordinality as k(number, place)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number order by k.place) as columns,
      array(select a.attname::text from unnest(c.confkey) with ordinality as k(number, place)
        join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number order by k.place) as "targetColumns"
    from pg_constraint c join pg_class own on own.oid = c.conrelid join pg_class other on other.oid = c.confrelid
    where c.contype = 'f' and c.connamespace = current_schema()::regnamespace
    order by own.relname, c.conname`);
  return rows;
}

async function listColumns(table: string): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`);
  return rows.map(({ name }) => name);
}

function addTo(map: Map<string, Set<string>>, table: string, places: readonly string[]): void {
  const all = map.get(table) ?? new Set<string>();
  for (const place of places) all.add(place);
  map.set(table, all);
}

function without(all: ReadonlySet<string>, some: readonly string[]): Set<string> {
  return all.difference(new Set(some));
}

function describe(found: ReadonlyMap<string, ReadonlySet<string>>): Dependent[] {
  const counted = [...found].filter(([, { size }]) => size > 0);
  return counted
    .map(([table, { size }]) => ({
      table,
      many: knownModels().get(table)?.many ?? labelOf(table.replaceAll("_", " ")),
      count: Math.min(size, mostFollowed),
      isMore: size > mostFollowed,
    }))
    .toSorted((one, other) => other.count - one.count);
}
