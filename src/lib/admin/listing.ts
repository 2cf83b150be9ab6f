import {
  and,
  asc,
  desc,
  eq,
  getColumns,
  getTableName,
  gte,
  ilike,
  isNotNull,
  isNull,
  lt,
  or,
  sql,
  type SQL,
} from "drizzle-orm";
import { db } from "../db.ts";
import { findModel, type Computed, type Model, type Row } from "../admin.ts";
import type { Column } from "./columns.ts";

export const pageSize = 50;
/** What is counted exactly; beyond that a list says “more than”, so that counting never takes long. */
export const mostCounted = 10_000;

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
  /** How many there are, at most `mostCounted + 1`. */
  total: number;
  /** What was asked for and is declared; all else is left out. */
  filters: ReadonlyMap<string, string>;
  order: readonly string[];
}

/** The rows of one page of a list, in two queries however many there are. `within` narrows what the viewer may see. */
export async function listRows(model: Model, request: ListRequest, within?: SQL): Promise<Listing> {
  const filters = declaredFilters(model, request.filter);
  const order = declaredOrder(model, request.order);
  const where = and(
    within,
    matches(model, request.q),
    ...[...filters].map(([key, value]) => filtered(model, key, value)),
  );
  const rows = await db
    .select(selectionOf(model))
    .from(model.table)
    .where(where)
    .orderBy(...orderOf(model, order))
    .limit(pageSize)
    .offset((request.page - 1) * pageSize);
  const few = db
    .select({ one: sql`1` })
    .from(model.table)
    .where(where)
    .limit(mostCounted + 1)
    .as("few");
  const [counted] = await db.select({ total: sql<number>`count(*)::int` }).from(few);
  return { rows, total: counted?.total ?? 0, filters, order };
}

/** Every row of a list without its pages, some hundreds at a time: for exports and actions. */
export async function* everyRow(model: Model, request: ListRequest, within?: SQL): AsyncGenerator<Row[]> {
  for (let page = 1; ; page++) {
    const { rows } = await listRows(model, { ...request, page }, within);
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
  }
}

/** Under which name a list has the title of what a relation leads to. */
export function titleKey(key: string): string {
  return `${key}:title`;
}

function selectionOf(model: Model): Record<string, SQL | Column["column"]> {
  const selection: Record<string, SQL | Column["column"]> = {};
  for (const [key, column] of model.columns) if (!model.hidden?.includes(key)) selection[key] = column.column;
  for (const each of model.list) {
    if (typeof each !== "string") selection[each.label] = each.sql;
    else if (model.columns.get(each)?.type === "relation") selection[titleKey(each)] = titleOf(model, each);
  }
  return selection;
}

/** The title of what a relation leads to, as a subquery with a name of its own for the other table. */
function titleOf(model: Model, key: string): SQL {
  const column = model.columns.get(key);
  const target = column?.target && findModel(column.target);
  if (column?.target === undefined || target === undefined) return sql`null`;
  const [targetKey = ""] = target.key;
  const columns = getColumns(column.target);
  const [title, id] = [columns[target.title]?.name ?? "", columns[targetKey]?.name ?? ""];
  return sql`(select r.${sql.identifier(title)} from ${column.target} r
    where r.${sql.identifier(id)} = ${model.table}.${sql.identifier(column.column.name)})`;
}

/** Every word must be found in one of the columns. */
function matches(model: Model, q: string): SQL | undefined {
  const columns = (model.search ?? [])
    .map((key) => model.columns.get(key)?.column)
    .filter((each) => each !== undefined);
  if (columns.length === 0) return undefined;
  const words = q.trim().split(/\s+/).filter(Boolean).slice(0, 8);
  return and(
    ...words.map((word) => or(...columns.map((column) => ilike(sql`${column}::text`, `%${escapeLike(word)}%`)))),
  );
}

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, String.raw`\$&`);
}

function declaredFilters(model: Model, given: readonly string[]): ReadonlyMap<string, string> {
  const declared = new Set([...(model.filters ?? []), ...(model.dates === undefined ? [] : [model.dates])]);
  const filters = new Map<string, string>();
  for (const pair of given) {
    const [, key = "", value = ""] = /^(\w+):(.*)$/s.exec(pair) ?? [];
    if (declared.has(key) && filtered(model, key, value) !== undefined) filters.set(key, value);
  }
  return filters;
}

/** What a filter asks of a row; undefined for a value that it cannot have. */
function filtered(model: Model, key: string, value: string): SQL | undefined {
  const found = model.columns.get(key);
  if (found === undefined) return undefined;
  const { column, type, choices, isNullable } = found;
  if (value === "") return isEmpty(found);
  if (value === "*") return isNullable ? isNotNull(column) : undefined;
  if (type === "choice") return choices.includes(value) ? eq(column, value) : undefined;
  if (type === "boolean") return value === "true" || value === "false" ? eq(column, value === "true") : undefined;
  if (type === "relation" || type === "integer") {
    return /^-?\d{1,9}$/.test(value) ? eq(column, Number(value)) : undefined;
  }
  if (type === "moment") {
    const span = spanOf(value);
    return span && and(gte(column, span[0]), lt(column, span[1]));
  }
  return type === "text" ? eq(column, value) : undefined;
}

function isEmpty({ column, type, isNullable }: Column): SQL | undefined {
  if (isNullable) return isNull(column);
  return type === "text" ? eq(column, "") : undefined;
}

/** A year, a month, a day, or the last so many days: from then until then. In UTC. */
function spanOf(value: string): [Date, Date] | undefined {
  const days = { today: 1, week: 7, month: 30, quarter: 91 }[value];
  if (days !== undefined) {
    const now = new Date();
    const tomorrow = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
    return [new Date(tomorrow - days * 86_400_000), new Date(tomorrow)];
  }
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  const from = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const until =
    month === undefined
      ? Date.UTC(Number(year) + 1, 0, 1)
      : day === undefined
        ? Date.UTC(Number(year), Number(month), 1)
        : from + 86_400_000;
  return [new Date(from), new Date(until)];
}

function declaredOrder(model: Model, given: readonly string[]): string[] {
  const declared = new Set(model.list.filter((each) => typeof each === "string"));
  const wanted = given.filter((each) => declared.has(each.replace(/^-/, ""))).slice(0, 3);
  return wanted.length > 0 ? wanted : model.order === undefined ? [] : [model.order];
}

// The key comes last, so that no row is on two pages.
function orderOf(model: Model, order: readonly string[]): SQL[] {
  const wanted = [...order, ...model.key.map((key) => (order.length === 0 ? `-${key}` : key))];
  return wanted.flatMap((each) => {
    const column = model.columns.get(each.replace(/^-/, ""))?.column;
    if (column === undefined) return [];
    return each.startsWith("-") ? sql`${desc(column)} nulls last` : asc(column);
  });
}

export function isComputed(each: string | Computed): each is Computed {
  return typeof each !== "string";
}

/** What a table is called in a sentence of the database’s. */
export function tableName(model: Model): string {
  return getTableName(model.table);
}
