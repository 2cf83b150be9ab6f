import { createHash } from "node:crypto";
import { and, count, eq, getColumns, getTableName, type SQL } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { findModel, knownModels, type Model, type Row } from "../admin.ts";
import { db } from "../db.ts";

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

/** What names a row in a query; undefined for what names none. */
export function isRow(model: Model, key: string): SQL | undefined {
  const values = key.split(",");
  if (values.length !== model.key.length) return undefined;
  const conditions: SQL[] = [];
  for (const [place, name] of model.key.entries()) {
    const column = model.columns.get(name);
    const value = decodeURIComponent(values[place] ?? "");
    if (column === undefined || (column.column.getSQLType() !== "text" && !/^-?\d{1,15}$/.test(value)))
      return undefined;
    conditions.push(eq(column.column, value));
  }
  return and(...conditions);
}

/** A short name of what a row says, to notice that somebody else has changed it. */
export function versionOf(row: Row): string {
  return createHash("sha256").update(JSON.stringify(row)).digest("base64url").slice(0, 16);
}

export interface Dependent {
  /** What they are called. */
  many: string;
  count: number;
  /** Whether they go along, or only cease to point here. */
  goes: boolean;
}

/** What would go, or lose what it points at, with a row: table by table, in whatever depth, counted. */
export async function countDependents(model: Model, row: Row): Promise<Dependent[]> {
  const dependents: Dependent[] = [];
  for (const { table } of knownModels().values()) {
    for (const foreignKey of getTableConfig(table).foreignKeys) {
      const { columns, foreignColumns, foreignTable } = foreignKey.reference();
      const [column, target] = [columns[0], foreignColumns[0]];
      if (getTableName(foreignTable) !== model.name || columns.length !== 1 || !column || !target) continue;
      const key = Object.entries(getColumns(model.table)).find(([, each]) => each.name === target.name)?.[0] ?? "";
      const [found] = await db.select({ count: count() }).from(table).where(eq(column, row[key]));
      if (found !== undefined && found.count > 0)
        dependents.push({ many: nameOf(table), count: found.count, goes: foreignKey.onDelete === "cascade" });
    }
  }
  return dependents;
}

function nameOf(table: PgTable): string {
  return findModel(table)?.many ?? getTableName(table).replaceAll("_", " ");
}
