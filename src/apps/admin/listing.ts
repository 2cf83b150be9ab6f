import { and, sql, type SQL } from "drizzle-orm";
import { mayFill, scopeOf } from "#lib/admin/access.ts";
import { listRows, type ListRequest } from "#lib/admin/listing.ts";
import { versionOf } from "#lib/admin/rows.ts";
import { spansNear, type SpanLink } from "#lib/admin/spans.ts";
import type { Column } from "#lib/admin/columns.ts";
import { findModel, type Model, type Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { loadChoices, type Opened } from "./finding.ts";
import { fixedOptions, type Filter } from "./views/filters.tsx";
import type { ListPageProps } from "./views/list.tsx";

/** So many values of a text are offered to narrow a list by. */
const mostValues = 50;
const mostYears = 10;

/** All that the page of a list shows, in a number of queries that depends on the table alone. */
export async function loadList(viewer: Viewer, { model, scope }: Opened, request: ListRequest): Promise<ListPageProps> {
  const columns = (model.filters ?? []).map((key) => model.columns.get(key)).filter((each) => each !== undefined);
  const [listing, filters, spans] = await Promise.all([
    listRows(model, request, scope.where),
    loadFilters(viewer, columns, { model, scope }, request),
    loadSpans({ model, scope }, request),
  ]);
  const change = scopeOf(viewer, model, "change");
  return {
    model,
    request,
    listing,
    filters: filters.map((filter) => ({ ...filter, value: listing.filters.get(filter.column.key) })),
    spans,
    may: { add: scopeOf(viewer, model, "add"), change, delete: scopeOf(viewer, model, "delete") },
    editable: editableColumns(viewer, model),
    actions: actionsFor(viewer, model),
    linked: linkedRelations(viewer, model),
    versionOfRow: (row) => editableVersion(model, row),
  };
}

/** The columns that the viewer may edit in the list. */
export function editableColumns(viewer: Viewer, model: Model): string[] {
  const isOpen = scopeOf(viewer, model, "change") !== undefined;
  return isOpen ? (model.editable ?? []).filter((key) => mayFill(viewer, model, key)) : [];
}

export function actionsFor(viewer: Viewer, model: Model): NonNullable<Model["actions"]> {
  if (scopeOf(viewer, model, "change") === undefined) return [];
  return (model.actions ?? []).filter(({ needs }) => needs === undefined || may(viewer, needs));
}

/** What a row says in the columns that are edited in the list. */
export function editableVersion(model: Model, row: Row): string {
  return versionOf((model.editable ?? []).map((key) => row[key]));
}

function linkedRelations(viewer: Viewer, model: Model): ReadonlySet<string> {
  const relations = [...model.columns.values()].filter(({ target }) => {
    const other = target && findModel(target);
    return other !== undefined && other.key.length === 1 && scopeOf(viewer, other, "view") !== undefined;
  });
  return new Set(relations.map(({ key }) => key));
}

async function loadFilters(
  viewer: Viewer,
  columns: readonly Column[],
  { model, scope }: Opened,
  request: ListRequest,
): Promise<Filter[]> {
  const chosen = (key: string): string[] =>
    request.filter.filter((pair) => pair.startsWith(`${key}:`)).map((pair) => pair.slice(key.length + 1));
  const relations = columns.filter(({ type }) => type === "relation");
  const [choices, texts] = await Promise.all([
    loadChoices(viewer, relations, (key) => chosen(key).filter((value) => /^[\w-]{1,60}$/.test(value))),
    Promise.all(
      columns
        .filter(isPlainText)
        .map(async ({ key, column }) => [key, await listValues(model, column, scope.where)] as const),
    ),
  ]);
  const values = new Map(texts);
  return columns.flatMap((column) => {
    const found = choices.get(column.key);
    const named = [...(found?.titles ?? [])].map(([value, title]) => ({ value, title }));
    const known = (values.get(column.key) ?? []).map((value) => ({ value, title: value }));
    const options = [...named, ...known, ...fixedOptions(column)];
    const searched = found !== undefined && found.options === undefined ? found.target.name : undefined;
    return options.length === 0 ? [] : [{ column, value: undefined, options, searched }];
  });
}

function isPlainText({ type }: Column): boolean {
  return type === "text";
}

// Each value by a step in an index, where the table has one: `select distinct` would read all of it.
async function listValues(model: Model, column: Column["column"], within: SQL | undefined): Promise<string[]> {
  if (within !== undefined) {
    const found = await db.selectDistinct({ value: column }).from(model.table).where(within).limit(mostValues);
    return found.flatMap(({ value }) => (typeof value === "string" && value !== "" ? [value] : []));
  }
  const name = sql.identifier(column.name);
  const { rows } = await db.execute<{ value: string }>(sql`
    with recursive steps as (
      (select ${name} as value from ${model.table} where ${name} > '' order by 1 limit 1)
      union all
      select (select ${name} from ${model.table} where ${name} > value order by 1 limit 1) from steps where value is not null
    )
    select value from steps where value is not null and length(value) <= 100 limit ${mostValues}`);
  return rows.map(({ value }) => value);
}

async function loadSpans({ model, scope }: Opened, request: ListRequest): Promise<SpanLink[]> {
  const column = model.columns.get(model.dates ?? "")?.column;
  if (column === undefined) return [];
  const { where } = scope;
  const name = sql.identifier(column.name);
  const before = (until: SQL): SQL => sql`(select max(${name}) from ${model.table} where ${and(where, until)})`;
  // From the last row of a year to that of an earlier one, each by a step in an index where there is one.
  const { rows } = await db.execute<{ year: number }>(sql`
    with recursive steps as (
      select ${before(sql`true`)} as last
      union all
      select ${before(sql`${name} < date_trunc('year', last at time zone 'UTC') at time zone 'UTC'`)} from steps where last is not null
    )
    select extract(year from last at time zone 'UTC')::int as year from steps where last is not null limit ${mostYears}`);
  if (rows.length === 0) return [];
  const chosen = request.filter.find((pair) => pair.startsWith(`${model.dates}:`))?.split(":")[1] ?? "";
  return spansNear(
    /^[1-9]\d{3}(-(0[1-9]|1[0-2])(-\d\d)?)?$/.test(chosen) ? chosen : "",
    rows.map(({ year }) => String(year)),
  );
}
