import { isDeepStrictEqual } from "node:util";
import { getColumns, getTableName, type SQL } from "drizzle-orm";
import { keyOf, titleOf, type Difference, type Model, type Row } from "../admin.ts";
import { atomic, db } from "../db.ts";
import { UserError } from "../errors.ts";
import { errorCode, errorConstraint } from "../postgres/errors.ts";
import type { Column } from "./columns.ts";
import { findConsequences, findPlaces, putBack, readGoing, type KeptRows } from "./dependents.ts";
import { saveBeside, saveInlines } from "./belongings.ts";
import { findDocument, isRow, oneKey, type Document } from "./rows.ts";
import { difference, fromField, toField, Wrong } from "./values.ts";

/** Something that was changed by hand, for the history. */
export interface Change {
  model: string;
  key: string;
  /** What the row was called. */
  title: string;
  action: string;
  before: Row;
  after: Row;
  /** What went with a row that was deleted, itself first. */
  gone?: KeptRows[];
}

export type Saved =
  | { state: "saved"; key: string; document: Document }
  | { state: "wrong"; errors: Record<string, string> }
  /** Somebody else has saved it meanwhile: as it is now. */
  | { state: "changed"; current: Document }
  | { state: "gone" };

export interface Writing {
  /** Keeps a change, in the transaction that makes it. */
  record: (change: Change) => Promise<void>;
  /** What it is called in the history; `added`, `changed` or `deleted` when left out. */
  action?: string;
  /** Which rows may be changed. */
  within?: SQL | undefined;
  /** Called with a row that was saved, in the transaction; throws UserError when it must not be as it is now. */
  verify?: (key: string) => Promise<void>;
}

/** What is to be saved: fields that are not among the values stay as they are, and so do inlines. */
export interface Wanted {
  values: Row;
  inlines?: Readonly<Record<string, readonly Row[]>>;
}

/**
 * What was typed, field by field, as values of the columns, and what was wrong. A field that says what the row says
 * `before` keeps its value, which may be finer than what a form shows. In a new row, which has no `before`, the database
 * fills in what was left empty where it knows how.
 */
export function readFields(columns: readonly Column[], typed: (key: string) => string | undefined, before?: Row) {
  const values: Row = {};
  const errors: Record<string, string> = {};
  for (const column of columns) {
    const text = typed(column.key);
    const former = before?.[column.key];
    const isAsBefore = former !== undefined && text?.replace(/\r\n/g, "\n") === toField(column, former);
    if (before === undefined && hasDefault(column) && (text ?? "").trim() === "") continue;
    try {
      values[column.key] = isAsBefore ? former : fromField(column, text);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      errors[column.key] = error.message;
    }
  }
  return { values, errors };
}

function hasDefault({ isRequired, isNullable, valueType }: Column): boolean {
  return !isRequired && !isNullable && valueType !== "boolean" && valueType !== "text" && valueType !== "list";
}

/** Adds a row, with what belongs to it. */
export async function addRow(model: Model, wanted: Wanted, writing: Writing): Promise<Saved> {
  return guardedSave(model, async () => {
    await model.check?.(wanted.values);
    const values = ownValues(model, wanted.values);
    const [row] = await db.insert(model.table).values(values).returning(getColumns(model.table));
    if (row === undefined) throw new Error(`A row of ${model.name} was not inserted.`);
    await saveBelongings(model, row, wanted, { values: {}, inlines: {} });
    return finish(model, { before: undefined, row }, writing);
  });
}

/** Changes a row, with what belongs to it. Nothing is saved when it is not `asExpected` any more. */
export async function changeRow(
  model: Model,
  { key, asExpected }: { key: string; asExpected?: (before: Document) => boolean },
  wanted: Wanted,
  writing: Writing,
): Promise<Saved> {
  return guardedSave(model, async () => {
    const before = await findDocument(model, key, writing.within, { lock: true });
    if (before === undefined) return { state: "gone" };
    if (asExpected?.(before) === false) return { state: "changed", current: before };
    await model.check?.({ ...before.values, ...wanted.values });
    const changed = difference(model.columns.keys(), before.values, ownValues(model, wanted.values)).after;
    let row = before.values;
    if (Object.keys(changed).length > 0) {
      const [saved] = await db
        .update(model.table)
        .set(changed)
        .where(isRow(model, key))
        .returning(getColumns(model.table));
      if (saved === undefined) return { state: "gone" };
      row = saved;
    }
    await saveBelongings(model, row, wanted, before);
    return finish(model, { before, row }, writing);
  });
}

/**
 * Deletes a row with all that goes along, which is kept so that it can be put back. Answers whether it was there. Throws
 * UserError when others need it.
 */
export async function deleteRow(model: Model, key: string, writing: Writing): Promise<boolean> {
  return await explained(() =>
    atomic(async () => {
      const before = await findDocument(model, key, writing.within, { lock: true });
      const where = isRow(model, key);
      if (before === undefined || where === undefined) return false;
      const gone = await readGoing(model, await findConsequences(model, await findPlaces(model, [key])));
      await db.delete(model.table).where(where);
      const { inlines, values } = before;
      await writing.record({
        ...named(model, values),
        action: writing.action ?? "deleted",
        before: { ...values, ...filled(inlines) },
        after: {},
        gone,
      });
      await model.saved?.(key, { before: values, after: undefined });
      return true;
    }),
  );
}

/** Puts a deleted row back, with what went along. */
export async function restoreDeleted(
  model: Model,
  { key, gone }: { key: string; gone: readonly KeptRows[] },
  writing: Writing,
): Promise<Saved> {
  return guardedSave(model, async () => {
    await putBack(gone, model.name);
    const document = await findDocument(model, key);
    if (document === undefined) return { state: "gone" };
    await model.check?.(document.values);
    return finish(model, { before: undefined, row: document.values }, { action: "restored", ...writing });
  });
}

async function saveBelongings(model: Model, row: Row, { values, inlines = {} }: Wanted, before: Document) {
  const key = oneKey(model, row);
  if (model.beside !== undefined) await saveBeside(model.beside, key, values);
  for (const inline of model.inlines ?? []) {
    const [name, wanted] = [getTableName(inline.table), inlines[getTableName(inline.table)]];
    if (wanted !== undefined) await saveInlines(inline, key, { wanted, before: before.inlines[name] ?? [] });
  }
}

function ownValues(model: Model, values: Row): Row {
  return Object.fromEntries(Object.entries(values).filter(([name]) => model.columns.has(name)));
}

async function finish(
  model: Model,
  { before, row }: { before: Document | undefined; row: Row },
  { record, action, verify }: Writing,
): Promise<Saved> {
  const key = keyOf(model, row);
  const document = (await findDocument(model, key)) ?? { values: row, inlines: {} };
  const changed = differenceOf(model, before, document);
  if (Object.keys(changed.after).length > 0 || before === undefined) {
    await record({ ...named(model, row), action: action ?? (before === undefined ? "added" : "changed"), ...changed });
    const change: Difference = { before: before?.values, after: document.values };
    await model.saved?.(key, change);
  }
  await verify?.(key);
  return { state: "saved", key, document };
}

/** What is different between two states of a row, with what belongs to it. */
export function differenceOf(model: Model, before: Document | undefined, after: Document): { before: Row; after: Row } {
  const changed = difference(model.fields.keys(), before?.values ?? {}, after.values);
  for (const [name, rows] of Object.entries(after.inlines)) {
    const former = before?.inlines[name] ?? [];
    if (isDeepStrictEqual(former, rows)) continue;
    if (before !== undefined) changed.before[name] = former;
    changed.after[name] = rows;
  }
  return changed;
}

function filled(inlines: Document["inlines"]): Row {
  return Object.fromEntries(Object.entries(inlines).filter(([, rows]) => rows.length > 0));
}

function named(model: Model, row: Row): Pick<Change, "model" | "key" | "title"> {
  return { model: model.name, key: keyOf(model, row), title: titleOf(model, row) };
}

// What the database refuses is said beside the field that it is about.
async function guardedSave(model: Model, work: () => Promise<Saved>): Promise<Saved> {
  try {
    return await atomic(work);
  } catch (error) {
    if (error instanceof UserError) return { state: "wrong", errors: { "": error.message } };
    const sentence = sentences[errorCode(error) ?? ""];
    if (sentence === undefined) throw error;
    return { state: "wrong", errors: { [fieldOf(model, errorConstraint(error) ?? "")]: sentence } };
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) !== "23503" && errorCode(error) !== "23001") throw error;
    throw new UserError("It cannot be deleted, because others need it.", { cause: error });
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const sentences: Readonly<Record<string, string>> = {
  "23505": "There is one of these already.",
  "23503": "What this leads to is not there any more.",
  "23514": "The database does not take this value.",
  "23502": "Please fill this in.",
  "22001": "This is too long.",
  "22003": "This number is too large.",
};

// A constraint is named after its table and columns. The longest name counts: `parent_id` before `id`.
function fieldOf(model: Model, constraint: string): string {
  const rest = constraint.startsWith(`${model.name}_`) ? constraint.slice(model.name.length) : constraint;
  const keys = Object.entries(getColumns(model.table))
    .filter(([, { name }]) => rest.includes(`_${name}_`))
    .toSorted(([, a], [, b]) => b.name.length - a.name.length);
  return keys[0]?.[0] ?? "";
}
