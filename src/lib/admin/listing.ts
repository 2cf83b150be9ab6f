import { and, asc, desc, getColumns, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { atomic, db } from "../db.ts";
import { errorCode } from "../postgres/errors.ts";
import { findModel, type Computed, type Model, type Row } from "../admin.ts";
import type { Column } from "./columns.ts";
import { declaredFilters, matches, whereOf } from "./narrowing.ts";

export const pageSize = 50;
/** What is counted exactly, and how far one can leaf: beyond that a list says “more than”, and asks to be narrowed. */
export const mostCounted = 10_000;
/** A count that takes longer is left out. */
const countMs = 80;
const exportedAtOnce = 1000;
/** Words that are found in no more rows than that are looked up before anything else is asked. */
const fewFound = 15_000;

/** What somebody wants to see of a list, as it stands in the address. */
export interface ListRequest {
  q: string;
  /** Pairs such as `access:members`, `level:` (empty) or `publishedAt:2026-03`. */
  filter: readonly string[];
  /** Columns, those that fall with a hyphen before: `-publishedAt`. */
  order: readonly string[];
  page: number;
}

export interface Listing {
  rows: Row[];
  /** How many there are, at most `mostCounted + 1`; undefined when counting took too long. */
  total: number | undefined;
  hasMore: boolean;
  /** What was asked for and is declared; all else is left out. */
  filters: ReadonlyMap<string, string>;
  order: readonly string[];
}

/** The rows of one page of a list, in as many queries however many there are. `within` narrows what the viewer may see. */
export async function listRows(model: Model, request: ListRequest, within?: SQL): Promise<Listing> {
  const filters = declaredFilters(model, request.filter);
  const order = declaredOrder(model, request.order);
  const where = whereOf(model, request, within);
  const page = Math.min(Math.max(1, request.page), mostCounted / pageSize);
  const isRare = await findsFew(model, request.q);
  const [rows, total] = await Promise.all([
    planned(isRare, () =>
      db
        .select(selectionOf(model))
        .from(model.table)
        .where(where)
        .orderBy(...orderOf(model, order))
        .limit(pageSize + 1)
        .offset((page - 1) * pageSize),
    ),
    countRows(model, where, isRare),
  ]);
  return { rows: rows.slice(0, pageSize), hasMore: rows.length > pageSize, total, filters, order };
}

// The planner cannot tell how rare a part of a word is. It would walk along the order of the list in the hope of finding
// enough soon, and so through the whole table where there are few. So they are counted first, as far as it matters.
async function findsFew(model: Model, q: string): Promise<boolean> {
  // Shorter ones are in no index.
  const words = q.split(/\s+/).filter((word) => word.length >= 3);
  const found = words.length > 0 ? matches(model, words.join(" ")) : undefined;
  if (found === undefined) return false;
  const few = db
    .select({ one: sql`1` })
    .from(model.table)
    .where(found)
    .limit(fewFound + 1)
    .as("few");
  const [counted] = await planned(true, () => db.select({ count: sql<number>`count(*)::int` }).from(few));
  return counted !== undefined && counted.count <= fewFound;
}

/** Has rows looked up by the words that they hold, and sorted then. */
async function planned<T>(byWords: boolean, work: () => PromiseLike<T>): Promise<T> {
  if (!byWords) return await work();
  return await atomic(async () => {
    await db.execute(
      sql`select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`,
    );
    return await work();
  });
}

// The page waits for its rows anyway, and no longer than that for their number.
async function countRows(model: Model, where: SQL | undefined, byWords: boolean): Promise<number | undefined> {
  const few = db
    .select({ one: sql`1` })
    .from(model.table)
    .where(where)
    .limit(mostCounted + 1)
    .as("few");
  try {
    return await planned(byWords, () =>
      atomic(async () => {
        await db.execute(sql.raw(`set local statement_timeout = ${countMs}`));
        const [counted] = await db.select({ total: sql<number>`count(*)::int` }).from(few);
        return counted?.total ?? 0;
      }),
    );
  } catch (error) {
    if (errorCode(error) === "57014") return undefined;
    throw error;
  }
}

/** Every row of a list, whole but for what is hidden, some hundreds at a time and in the order of the keys. */
export async function* everyRow(
  model: Model,
  request: Pick<ListRequest, "q" | "filter">,
  within?: SQL,
): AsyncGenerator<Row[]> {
  const where = whereOf(model, request, within);
  const columns = Object.fromEntries(shownColumns(model).map(([key, { column }]) => [key, column]));
  const keys = model.key.map((key) => [key, model.columns.get(key)?.column] as const);
  // The key itself may be hidden; it still says where to go on.
  const places = Object.fromEntries(keys.map(([key, column]) => [`key ${key}`, sql`${column}::text`]));
  let after: SQL | undefined;
  for (;;) {
    const found: Row[] = await db
      .select({ ...columns, ...places })
      .from(model.table)
      .where(and(where, after))
      .orderBy(...keys.flatMap(([, column]) => (column === undefined ? [] : [asc(column)])))
      .limit(exportedAtOnce);
    if (found.length > 0)
      yield found.map((row) => Object.fromEntries(Object.keys(columns).map((key) => [key, row[key]])));
    const last = found.at(-1);
    if (last === undefined || found.length < exportedAtOnce) return;
    const names = sql.join(
      keys.map(([, column]) => sql`${column}`),
      sql`, `,
    );
    const values = keys.map(([key, column]) => sql`${last[`key ${key}`]}::${sql.raw(column?.getSQLType() ?? "text")}`);
    after = sql`(${names}) > (${sql.join(values, sql`, `)})`;
  }
}

/** The columns that may be seen at all. */
export function shownColumns(model: Model): [string, Column][] {
  return [...model.columns].filter(([key]) => model.hidden?.includes(key) !== true);
}

/** Under which name a list has the title of what a relation leads to. */
export function titleKey(key: string): string {
  return `${key}:title`;
}

// Only what is shown: a text may be long.
function selectionOf(model: Model): Record<string, SQL | PgColumn> {
  const selection: Record<string, SQL | PgColumn> = {};
  const named = model.list.filter((each) => typeof each === "string");
  for (const key of new Set([...model.key, model.title, ...named, ...(model.editable ?? [])])) {
    const column = model.columns.get(key);
    if (column !== undefined) selection[key] = column.column;
    if (column?.type === "relation") selection[titleKey(key)] = titleOf(model, column);
  }
  for (const each of model.list) if (typeof each !== "string") selection[each.label] = each.sql;
  return selection;
}

/** The title of what a relation leads to, as a subquery with a name of its own for the other table. */
export function titleOf(model: Model, { target, column }: Column): SQL {
  const other = target && findModel(target);
  if (target === undefined || other === undefined) return sql`null`;
  const [targetKey = ""] = other.key;
  const columns = getColumns(target);
  const [title, id] = [columns[other.title]?.name ?? "", columns[targetKey]?.name ?? ""];
  return sql`(select r.${sql.identifier(title)} from ${target} r
    where r.${sql.identifier(id)} = ${model.table}.${sql.identifier(column.name)})`;
}

function declaredOrder(model: Model, given: readonly string[]): string[] {
  const declared = new Set(sortable(model));
  const wanted = given.filter((each) => declared.has(each.replace(/^-/, ""))).slice(0, 3);
  return wanted.length > 0 ? wanted : model.order === undefined ? [] : [model.order];
}

/** The columns of a list that it can be ordered by. */
export function sortable(model: Model): string[] {
  const types = new Set(["json", "list", "relation"]);
  return model.list
    .filter((each) => typeof each === "string")
    .filter((key) => !types.has(model.columns.get(key)?.type ?? "json"));
}

// The key comes last, so that no row is on two pages.
function orderOf(model: Model, order: readonly string[]): SQL[] {
  const falls = order.length === 0 || order[0]?.startsWith("-") === true;
  const wanted = [...order, ...model.key.map((key) => (falls ? `-${key}` : key))];
  return wanted.flatMap((each) => {
    const found = model.columns.get(each.replace(/^-/, ""));
    if (found === undefined) return [];
    const { column, isNullable } = found;
    // As the indexes have it, where nothing can be empty.
    if (!each.startsWith("-")) return asc(column);
    return isNullable ? sql`${desc(column)} nulls last` : desc(column);
  });
}

export function isComputed(each: string | Computed): each is Computed {
  return typeof each !== "string";
}
