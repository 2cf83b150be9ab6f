import { createHash } from "node:crypto";
import { and, asc, eq, getColumns, getTableName, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { db } from "../db.ts";
import type { Beside, Inline, Model, Row } from "../admin.ts";
import { columnsOf, keyColumns, type Column } from "./columns.ts";
import { valueOf } from "./values.ts";

/** A row with what is edited along with it: `values` by the names of the fields, and rows of other tables. */
export interface Document {
  values: Row;
  /** By the names of the tables of the inlines. */
  inlines: Record<string, Row[]>;
}

/** The row that an address names, when there is one that the viewer may see. */
export async function findRow(
  model: Model,
  key: string,
  within?: SQL,
  { lock = false } = {},
): Promise<Row | undefined> {
  const named = isRow(model, key);
  if (named === undefined) return undefined;
  const query = db.select().from(model.table).where(and(named, within)).$dynamic();
  const [row] = await (lock ? query.for("update") : query);
  return row;
}

/** The same with the row beside it and the rows that belong to it. */
export async function findDocument(
  model: Model,
  key: string,
  within?: SQL,
  options: { lock?: boolean } = {},
): Promise<Document | undefined> {
  const row = await findRow(model, key, within, options);
  if (row === undefined) return undefined;
  const values = { ...row };
  if (model.beside !== undefined) Object.assign(values, await findBeside(model.beside, oneKey(model, row)));
  const inlines: Record<string, Row[]> = {};
  for (const inline of model.inlines ?? []) {
    inlines[getTableName(inline.table)] = await findInline(inline, oneKey(model, row));
  }
  return { values, inlines };
}

/** The value of the one column that names a row. */
export function oneKey(model: Model, row: Row): unknown {
  return row[model.key[0] ?? ""];
}

async function findBeside({ table, fields }: Beside, key: unknown): Promise<Row> {
  const [column] = keyColumns(table);
  if (column === undefined) return {};
  const [row] = await db.select().from(table).where(eq(column, key));
  const named: Row = {};
  for (const field of fields) if (row !== undefined) named[`${getTableName(table)}.${field}`] = row[field];
  return named;
}

async function findInline({ table, on, position }: Inline, key: unknown): Promise<Row[]> {
  const columns = getColumns(table);
  const [lead, place] = [columns[on], columns[position ?? ""]];
  if (lead === undefined) return [];
  const order = [place, ...keyColumns(table)].filter((each) => each !== undefined).map((each) => asc(each));
  return await db
    .select()
    .from(table)
    .where(eq(lead, key))
    .orderBy(...order);
}

/** The columns of an inline that its rows are told apart by. */
export function inlineKey({ table }: Inline): Column[] {
  const keys: readonly PgColumn[] = keyColumns(table);
  return [...columnsOf(table).values()].filter(({ column }) => keys.includes(column));
}

/** What names a row in a query; undefined for what names none. */
export function isRow(model: Model, key: string): SQL | undefined {
  const values = keyValues(model, key);
  if (values === undefined) return undefined;
  return and(...values.map(({ column }, place) => eq(column.column, values[place]?.value)));
}

/** The values of the columns that name a row, as an address has them. */
export function keyValues(model: Model, key: string): { column: Column; value: unknown }[] | undefined {
  const texts = key.split(",");
  if (texts.length !== model.key.length) return undefined;
  const values = model.key.flatMap((name, place) => {
    const column = model.columns.get(name);
    const text = decoded(texts[place] ?? "");
    const value = column && text !== undefined ? valueOf(column, text) : undefined;
    return column === undefined || value === undefined || value === null ? [] : [{ column, value }];
  });
  return values.length === model.key.length ? values : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A short name of what a row says, to notice that somebody else has changed it. */
export function versionOf(said: unknown): string {
  return createHash("sha256").update(JSON.stringify(said)).digest("base64url").slice(0, 16);
}
