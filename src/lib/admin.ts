import { getTableName, type InferSelectModel, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { columnsOf, keyColumns, labelOf, type Column } from "./admin/columns.ts";
import type { Html } from "./jsx/jsx-runtime.ts";
import type { Viewer } from "./viewer.ts";

export type { Column } from "./admin/columns.ts";

export type Row = Record<string, unknown>;

/** A column of a list that is no column of the table. */
export interface Computed {
  label: string;
  /** Asked in the query of the list, where `table` is the row's own: use it as `${table}.column`. */
  sql: SQL;
  /** How the value is shown; as text unless said otherwise. */
  show?: (value: unknown) => Html | string;
}

/** Something that is done to several rows at once. */
export interface Action {
  name: string;
  label: string;
  /** Asked before it is done: “Publish 12 entries?” */
  confirm: (count: number) => string;
  /** Runs in a transaction; answers what was done, in a sentence. */
  run: (viewer: Viewer, keys: readonly string[]) => Promise<string>;
}

/** Rows of another table that belong to one of this, edited along with it. */
export interface Inline {
  table: PgTable;
  /** Its column that leads here. */
  on: string;
  fields: readonly string[];
  label?: string;
  /** Its column with the order of the rows. */
  position?: string;
}

type KeyOf<Table extends PgTable> = keyof InferSelectModel<Table> & string;

export interface ModelOptions<Key extends string> {
  /** What one of them is called; that of the table without its s when left out. */
  one?: string;
  many?: string;
  about?: string;
  /** What a row is called: one of its columns. */
  title: Key;
  /** The columns of the list. */
  list: readonly (Key | Computed)[];
  /** Where the words of a search are looked for. */
  search?: readonly Key[];
  /** Choices, booleans, dates and relations that a list can be narrowed by. */
  filters?: readonly Key[];
  /** A list by year, month and day. */
  dates?: Key;
  /** How a list is ordered at first: `-publishedAt` has the newest first. */
  order?: Key | `-${Key}`;
  /** Columns that are edited in the list itself. */
  editable?: readonly Key[];
  /** The parts of the form; what is in none of them is not shown. All columns in one part when left out. */
  fieldsets?: readonly { title?: string; fields: readonly Key[] }[];
  readOnly?: readonly Key[];
  /** Never shown, exported or searched: secrets, and what is computed. */
  hidden?: readonly Key[];
  /** Sentences beside fields. */
  help?: Partial<Record<Key, string>>;
  /** Fields of several lines. */
  long?: readonly Key[];
  /** Fields that are made from another one while that is typed: `{ slug: "name" }`. */
  slugs?: Partial<Record<Key, Key>>;
  inlines?: readonly Inline[];
  /** A table with the same key, edited in the same form. */
  beside?: PgTable;
  actions?: readonly Action[];
  /** What cannot be done by hand at all. */
  without?: readonly ("add" | "change" | "delete")[];
  /** Whose row it is: the column with an account, for those who may touch their own only. */
  owner?: Key;
  /** Where a row is on the site. */
  pageOf?: (row: Row) => string | undefined;
  /** Called in the transaction of every change, before it is saved, with the row as it will be; throws UserError to refuse. */
  check?: (row: Row) => Promise<void> | void;
  /** Called in the transaction of every change, after it. */
  saved?: (key: string) => Promise<void>;
}

/** A table with what the admin needs to know of it. */
export interface Model extends ModelOptions<string> {
  /** The name of the table, which is also its place in addresses and permissions. */
  name: string;
  one: string;
  many: string;
  table: PgTable;
  columns: ReadonlyMap<string, Column>;
  /** The names of the columns that name a row. */
  key: readonly string[];
}

/** Declares the admin of a table: its list, its form, its history and its exports follow from the schema. */
export function model<Table extends PgTable>(table: Table, options: ModelOptions<KeyOf<Table>>): Model {
  const name = getTableName(table);
  const columns = columnsOf(table);
  const many = options.many ?? labelOf(name.replaceAll("_", " "));
  const keys = keyColumns(table);
  const key = [...columns].filter(([, { column }]) => keys.includes(column)).map(([each]) => each);
  return { ...options, name, table, columns, key, many, one: options.one ?? many.replace(/s$/, "").toLowerCase() };
}

let known: ReadonlyMap<string, Model> | undefined;

/** Takes note of all models, so that relations find each other. Throws when two are of one table. */
export function knowModels(models: readonly Model[]): ReadonlyMap<string, Model> {
  const byName = new Map(models.map((each) => [each.name, each]));
  if (byName.size < models.length) throw new Error("Two admins are of one table.");
  return (known = byName);
}

/** All models by the names of their tables. Throws when nobody has said which there are. */
export function knownModels(): ReadonlyMap<string, Model> {
  if (known === undefined) throw new Error("Nobody has said which models there are: import apps.ts.");
  return known;
}

export function findModel(table: PgTable): Model | undefined {
  return known?.get(getTableName(table));
}

/** What names a row in addresses: the values of its key, with commas between. */
export function keyOf({ key }: Model, row: Row): string {
  return key.map((name) => encodeURIComponent(String(row[name]))).join(",");
}
