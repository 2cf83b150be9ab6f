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
  /** Whether it is a number, which is set to the right. */
  isNumber?: true;
  /** How the value is shown; as text unless said otherwise. */
  show?: (value: unknown) => Html | string;
}

/** Something that is done to several rows at once. */
export interface Action {
  name: string;
  label: string;
  /** Asked before it is done: “Publish 12 entries?” */
  confirm: (count: number) => string;
  /** A permission that it needs beside that of changing the rows. */
  needs?: string;
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
  /**
   * Called in the transaction of every change with each of its rows, as it will be and as it was; undefined where it is not
   * there. Throws UserError to refuse.
   */
  check?: (row: Row | undefined, before: Row | undefined) => void;
}

/** A table whose row has the same key as the row of another, edited in the same form. */
export interface Beside {
  table: PgTable;
  fields: readonly string[];
  readOnly?: readonly string[];
  label?: string;
  long?: readonly string[];
}

/** Whose a row is, where no column of its own says so. */
export interface Ownership {
  /** Asked of rows, where `table` is the row's own. */
  isOwn: (accountId: number) => SQL;
  /** Makes a new row theirs. */
  claim: (key: string, accountId: number) => Promise<void>;
}

/** A row before and after a change; undefined where it was not there. */
export interface Difference {
  before: Row | undefined;
  after: Row | undefined;
}

export interface Link {
  label: string;
  href: string;
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
  /** Fields that only who has a permission of this name may fill in. */
  guarded?: Partial<Record<Key, string>>;
  /** Never shown, exported or searched: secrets, and what is computed. */
  hidden?: readonly Key[];
  /** Sentences beside fields. */
  help?: Partial<Record<Key, string>>;
  /** Fields of several lines. */
  long?: readonly Key[];
  /** Fields that are made from another one while that is typed: `{ slug: "name" }`. */
  slugs?: Partial<Record<Key, Key>>;
  inlines?: readonly Inline[];
  beside?: Beside;
  actions?: readonly Action[];
  /** What cannot be done by hand at all. */
  without?: readonly ("add" | "change" | "delete")[];
  /** Whose row it is: the column with an account, or how to tell. For those who may touch their own only. */
  owner?: Key | Ownership;
  /** Where a row is on the site. */
  pageOf?: (row: Row) => string | undefined;
  /** Where else a row is looked after. */
  elsewhere?: (row: Row) => Link | undefined;
  /** Called in the transaction of every change, before it is saved, with the row as it will be; throws UserError to refuse. */
  check?: (row: Row) => Promise<void> | void;
  /** Called in the transaction of every change, after it. */
  saved?: (key: string, change: Difference) => Promise<void>;
}

/** A table with what the admin needs to know of it. */
export interface Model extends ModelOptions<string> {
  /** The name of the table, which is also its place in addresses and permissions. */
  name: string;
  one: string;
  many: string;
  /** The app that declared it: with whose other tables it stands together. */
  group: string;
  table: PgTable;
  columns: ReadonlyMap<string, Column>;
  /** What a form can show: the columns, and those of the table beside it as `table.column`. */
  fields: ReadonlyMap<string, Column>;
  /** The names of the columns that name a row. */
  key: readonly string[];
}

/** What all tables need not say. */
export const readOnlyModel = ["add", "change", "delete"] as const;

/** Declares the admin of a table: its list, its form, its history and its exports follow from the schema. */
export function model<Table extends PgTable>(table: Table, options: ModelOptions<KeyOf<Table>>): Model {
  const name = getTableName(table);
  const columns = columnsOf(table);
  const many = options.many ?? labelOf(name.replaceAll("_", " "));
  const one = options.one ?? many.replace(/s$/, "").toLowerCase();
  const keys = keyColumns(table);
  const key = [...columns].filter(([, { column }]) => keys.includes(column)).map(([each]) => each);
  const fields = new Map([...columns, ...fieldsBeside(options.beside)]);
  return { ...options, name, table, columns, fields, key, many, one, group: "" };
}

function fieldsBeside(beside: Beside | undefined): [string, Column][] {
  if (beside === undefined) return [];
  const columns = columnsOf(beside.table);
  return beside.fields.flatMap((each): [string, Column][] => {
    const [column, key] = [columns.get(each), `${getTableName(beside.table)}.${each}`];
    return column === undefined ? [] : [[key, { ...column, key }]];
  });
}

let known: ReadonlyMap<string, Model> | undefined;

/** Takes note of all models, so that relations find each other. Throws when two are of one table. */
export function knowModels(apps: readonly { name: string; admin?: readonly Model[] }[]): ReadonlyMap<string, Model> {
  const models = apps.flatMap(({ name, admin = [] }) => admin.map((each) => ({ ...each, group: labelOf(name) })));
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
  return key.map((name) => keyText(row[name])).join(",");
}

/** What a row is called in histories. */
export function titleOf(model: Model, row: Row): string {
  const title = row[model.title];
  return typeof title === "string" ? title : keyOf(model, row);
}

/** A value of a key as it stands in addresses. */
export function keyText(value: unknown): string {
  return encodeURIComponent(
    value instanceof Date ? value.toISOString() : typeof value === "string" ? value : JSON.stringify(value),
  );
}
