import { and, eq, getColumns, getTableName, type SQL } from "drizzle-orm";
import { db } from "../db.ts";
import type { Beside, Inline, Row } from "../admin.ts";
import { keyColumns } from "./columns.ts";
import { inlineKey } from "./rows.ts";

/** Saves what a form says of the row beside, which is made when it is not there yet. */
export async function saveBeside({ table, fields, readOnly = [] }: Beside, key: unknown, values: Row): Promise<void> {
  const prefix = `${getTableName(table)}.`;
  const own: Row = {};
  for (const field of fields) {
    if (prefix + field in values && !readOnly.includes(field)) own[field] = values[prefix + field];
  }
  const [target] = keyColumns(table);
  const name = Object.entries(getColumns(table)).find(([, column]) => column === target)?.[0];
  if (target === undefined || name === undefined || Object.keys(own).length === 0) return;
  await db
    .insert(table)
    .values({ ...own, [name]: key })
    .onConflictDoUpdate({ target, set: own });
}

/**
 * Makes these the rows that belong to another: those that are not among them go, and the rest is added or changed. Where
 * the fields themselves tell the rows apart, all of them are written anew.
 */
export async function saveInlines(
  inline: Inline,
  owner: unknown,
  { wanted, before }: { wanted: readonly Row[]; before: readonly Row[] },
): Promise<void> {
  const keys = inlineKey(inline);
  const isOwn = (row: Row): SQL | undefined => and(...keys.map(({ key, column }) => eq(column, row[key])));
  const named = wanted.map((row, place) => ({ ...row, ...placed(inline, place), [inline.on]: owner }));
  const former = (row: Row): Row | undefined => before.find((each) => keys.every(({ key }) => each[key] === row[key]));
  for (const row of named) inline.check?.(row, former(row));
  for (const row of before) {
    if (!named.some((each) => sameKey(keys, each, row))) inline.check?.(undefined, row);
  }
  if (keys.some(({ isGenerated }) => isGenerated)) {
    for (const row of before) {
      if (!named.some((each) => sameKey(keys, each, row))) await db.delete(inline.table).where(isOwn(row));
    }
    for (const row of named) {
      if (former(row) === undefined) await db.insert(inline.table).values(row);
      else await db.update(inline.table).set(withoutKeys(keys, row)).where(isOwn(row));
    }
    return;
  }
  const lead = getColumns(inline.table)[inline.on];
  if (lead !== undefined) await db.delete(inline.table).where(eq(lead, owner));
  const rows = named.map((row) => ({ ...former(row), ...row }));
  if (rows.length > 0) await db.insert(inline.table).values(rows);
}

function sameKey(keys: readonly { key: string }[], one: Row, other: Row): boolean {
  return keys.every(({ key }) => one[key] === other[key]);
}

// Postgres counts such a key by itself, and lets nobody set it.
function withoutKeys(keys: readonly { key: string }[], row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !keys.some(({ key }) => key === name)));
}

function placed({ position }: Inline, place: number): Row {
  return position === undefined ? {} : { [position]: place };
}
