import { getColumns, getTableName } from "drizzle-orm";
import { getTableConfig, type PgColumn, type PgTable } from "drizzle-orm/pg-core";

/** How a column is shown and filled in. */
export type ColumnType =
  | "text"
  | "uuid"
  | "integer"
  | "number"
  | "boolean"
  | "moment"
  | "date"
  | "choice"
  | "list"
  | "json"
  | "relation";

/** What the schema says of a column, as far as an admin needs it. */
export interface Column {
  /** Its name in rows. */
  key: string;
  label: string;
  type: ColumnType;
  /** What its values are, whatever they lead to. */
  valueType: Exclude<ColumnType, "relation">;
  /** The values of a choice. */
  choices: readonly string[];
  isNullable: boolean;
  /** Whether a row needs a value for it: nobody else gives one. */
  isRequired: boolean;
  /** Made by the database, never by hand. */
  isGenerated: boolean;
  isUnique: boolean;
  /** For a relation: the table that it leads to. */
  target: PgTable | undefined;
  column: PgColumn;
}

/** The columns of a table by their names in rows, in the order of the schema. */
export function columnsOf(table: PgTable): ReadonlyMap<string, Column> {
  const targets = new Map<string, PgTable>();
  for (const { reference } of getTableConfig(table).foreignKeys) {
    const { columns, foreignTable } = reference();
    const [only] = columns;
    if (columns.length === 1 && only !== undefined) targets.set(only.name, foreignTable);
  }
  return new Map(
    Object.entries(getColumns(table)).map(([key, column]) => [key, describe(key, column, targets.get(column.name))]),
  );
}

/** The columns that name a row, in order. Throws for a table without a primary key. */
export function keyColumns(table: PgTable): PgColumn[] {
  const columns = Object.values(getColumns(table)).filter(({ primary }) => primary);
  const [composite] = getTableConfig(table).primaryKeys;
  // A key of several columns has copies of them.
  const named = composite?.columns.map(({ name }) =>
    Object.values(getColumns(table)).find((each) => each.name === name),
  );
  const found = named?.filter((each) => each !== undefined) ?? columns;
  if (found.length === 0) throw new Error(`The table ${getTableName(table)} has no primary key.`);
  return found;
}

function describe(key: string, column: PgColumn, target: PgTable | undefined): Column {
  const isGenerated = column.generatedIdentity !== undefined || column.generated !== undefined;
  const valueType = typeOf(column);
  return {
    key,
    label: labelOf(key),
    type: target === undefined ? valueType : "relation",
    valueType,
    choices: column.enumValues ?? [],
    isNullable: !column.notNull,
    isRequired: column.notNull && !column.hasDefault && !isGenerated,
    isGenerated,
    isUnique: column.isUnique || column.primary,
    target,
    column,
  };
}

function typeOf(column: PgColumn): Exclude<ColumnType, "relation"> {
  if (column.dimensions > 0) return "list";
  if (column.enumValues !== undefined) return "choice";
  const sqlType = column.getSQLType();
  if (/^(integer|smallint|bigint)/.test(sqlType)) return "integer";
  if (/^(numeric|real|double)/.test(sqlType)) return "number";
  if (sqlType === "boolean") return "boolean";
  if (sqlType.startsWith("timestamp")) return "moment";
  if (sqlType === "date") return "date";
  if (sqlType === "uuid") return "uuid";
  return /^jsonb?$/.test(sqlType) ? "json" : "text";
}

/** `publishedAt` is “Published”, `isPublic` is “Public”, `timeZone` is “Time zone”, `parentId` is “Parent”. */
export function labelOf(key: string): string {
  const words = key
    .replace(/^is(?=[A-Z])|(?<=.)(?:At|On|Id)$/g, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase()
    .replace(/\b(?:id|ip|url|html)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
