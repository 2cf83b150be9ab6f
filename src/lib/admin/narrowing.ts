import { and, eq, gte, ilike, isNotNull, isNull, lt, or, sql, type SQL } from "drizzle-orm";
import type { Model } from "../admin.ts";
import type { Column } from "./columns.ts";
import type { ListRequest } from "./listing.ts";
import { spanOf } from "./spans.ts";
import { valueOf } from "./values.ts";

/** What a list is narrowed to by what was asked for and is declared. */
export function whereOf(model: Model, request: Pick<ListRequest, "q" | "filter">, within?: SQL): SQL | undefined {
  const filters = [...declaredFilters(model, request.filter)].map(([key, value]) => filtered(model, key, value));
  return and(within, matches(model, request.q), ...filters);
}

/** Every word must be found in one of the columns that are searched. */
export function matches(model: Model, q: string): SQL | undefined {
  const columns = (model.search ?? [])
    .map((key) => model.columns.get(key)?.column)
    .filter((each) => each !== undefined);
  if (columns.length === 0) return undefined;
  const words = q.replaceAll("\0", " ").trim().split(/\s+/).filter(Boolean).slice(0, 8);
  return and(
    ...words.map((word) => or(...columns.map((column) => ilike(sql`${column}::text`, `%${escapeLike(word)}%`)))),
  );
}

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, String.raw`\$&`);
}

/** Of the filters that were asked for those that are declared, by their columns. */
export function declaredFilters(model: Model, given: readonly string[]): ReadonlyMap<string, string> {
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
  const { column, valueType, isNullable } = found;
  if (value === "") return isEmpty(found);
  if (value === "*") return isNullable ? isNotNull(column) : undefined;
  const span = valueType === "moment" || valueType === "date" ? spanOf(value) : undefined;
  if (span !== undefined) {
    const [from, until] = valueType === "date" ? span.map((at) => at.toISOString().slice(0, 10)) : span;
    return and(gte(column, from), lt(column, until));
  }
  if (valueType === "moment" || valueType === "number") return undefined;
  const wanted = valueOf(found, value);
  return wanted === undefined ? undefined : eq(column, wanted);
}

function isEmpty({ column, valueType, isNullable }: Column): SQL | undefined {
  if (isNullable) return isNull(column);
  return valueType === "text" ? eq(column, "") : undefined;
}
