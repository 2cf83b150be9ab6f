import { getColumns } from "drizzle-orm";
import { keyOf, type Model, type Row } from "../admin.ts";
import { atomic, db } from "../db.ts";
import { UserError } from "../errors.ts";
import { errorCode, errorConstraint } from "../postgres/errors.ts";
import type { Column } from "./columns.ts";
import { findRow, isRow, versionOf } from "./rows.ts";
import { difference, fromField, Wrong } from "./values.ts";

/** Something that was changed by hand, for the history. */
export interface Change {
  model: string;
  key: string;
  /** What the row was called. */
  title: string;
  action: string;
  before: Row;
  after: Row;
}

export type Saved =
  | { state: "saved"; key: string; row: Row }
  | { state: "wrong"; errors: Record<string, string> }
  /** Somebody else has saved it meanwhile: the row as it is now. */
  | { state: "changed"; current: Row }
  | { state: "gone" };

export interface Writing {
  /** Keeps a change, in the transaction that makes it. */
  record: (change: Change) => Promise<void>;
  /** What it is called in the history; `added` or `changed` when left out. */
  action?: string;
}

/** What was typed, field by field, as values of the columns, and what was wrong. */
export function readFields(columns: readonly Column[], typed: (key: string) => string | undefined) {
  const values: Row = {};
  const errors: Record<string, string> = {};
  for (const column of columns) {
    try {
      values[column.key] = fromField(column, typed(column.key));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      errors[column.key] = error.message;
    }
  }
  return { values, errors };
}

/** Adds a row. */
export async function addRow(model: Model, values: Row, writing: Writing): Promise<Saved> {
  return guardedSave(model, async () => {
    await model.check?.(values);
    const [row] = await db.insert(model.table).values(values).returning(getColumns(model.table));
    if (row === undefined) throw new Error(`A row of ${model.name} was not inserted.`);
    return finish(model, { before: {}, row, action: writing.action ?? "added" }, writing);
  });
}

/**
 * Changes a row, unless somebody has since `version`, which `versionOf` made of it: then nothing is saved. Fields that are
 * not among the values stay.
 */
export async function changeRow(
  model: Model,
  { key, version }: { key: string; version: string | undefined },
  values: Row,
  writing: Writing,
): Promise<Saved> {
  return guardedSave(model, async () => {
    const before = await findRow(model, key, undefined, { lock: true });
    if (before === undefined) return { state: "gone" };
    if (version !== undefined && version !== versionOf(before)) return { state: "changed", current: before };
    await model.check?.({ ...before, ...values });
    const changed = difference(model, before, values);
    if (Object.keys(changed.after).length === 0) return { state: "saved", key, row: before };
    const [row] = await db
      .update(model.table)
      .set(changed.after)
      .where(isRow(model, key))
      .returning(getColumns(model.table));
    if (row === undefined) return { state: "gone" };
    return finish(model, { before, row, action: writing.action ?? "changed" }, writing);
  });
}

/** Deletes a row with all that goes with it. Answers whether it was there. Throws UserError when others need it. */
export async function deleteRow(model: Model, key: string, writing: Writing): Promise<boolean> {
  try {
    return await atomic(async () => {
      const before = await findRow(model, key, undefined, { lock: true });
      if (before === undefined) return false;
      await db.delete(model.table).where(isRow(model, key));
      await writing.record({ ...named(model, before), action: "deleted", before, after: {} });
      await model.saved?.(key);
      return true;
    });
  } catch (error) {
    if (errorCode(error) !== "23503" && errorCode(error) !== "23001") throw error;
    throw new UserError("It cannot be deleted, because others need it.");
  }
}

async function finish(
  model: Model,
  { before, row, action }: { before: Row; row: Row; action: string },
  { record }: Writing,
): Promise<Saved> {
  await record({ ...named(model, row), action, ...difference(model, before, row) });
  const key = keyOf(model, row);
  await model.saved?.(key);
  return { state: "saved", key, row };
}

function named(model: Model, row: Row): Pick<Change, "model" | "key" | "title"> {
  return { model: model.name, key: keyOf(model, row), title: String(row[model.title] ?? "") };
}

// What the database refuses is said beside the field that it is about.
async function guardedSave(model: Model, work: () => Promise<Saved>): Promise<Saved> {
  try {
    return await atomic(work);
  } catch (error) {
    if (error instanceof UserError) return { state: "wrong", errors: { "": error.message } };
    const sentence = sentences[errorCode(error) ?? ""];
    if (sentence === undefined) throw error;
    const constraint = errorConstraint(error) ?? "";
    return { state: "wrong", errors: { [fieldOf(model, constraint)]: sentence } };
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const sentences: Readonly<Record<string, string>> = {
  "23505": "There is one of these already.",
  "23503": "What this leads to is not there any more.",
  "23514": "The database does not take this value.",
  "23502": "Please fill this in.",
  "22001": "This is too long.",
};

function fieldOf(model: Model, constraint: string): string {
  const keys = Object.entries(getColumns(model.table))
    .filter(([, { name }]) => constraint.includes(`_${name}_`))
    .toSorted(([, a], [, b]) => b.name.length - a.name.length);
  return keys[0]?.[0] ?? "";
}
