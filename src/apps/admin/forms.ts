import { getTableName } from "drizzle-orm";
import { mayFill } from "#lib/admin/access.ts";
import { columnsOf, type Column } from "#lib/admin/columns.ts";
import type { Document } from "#lib/admin/rows.ts";
import { fromField, toField, Wrong } from "#lib/admin/values.ts";
import type { Inline, Model, Row } from "#lib/admin.ts";
import type { Viewer } from "#lib/viewer.ts";

/** What the fields of a form say. */
export interface Typed {
  fields: Record<string, string>;
  /** The rows of inlines, by the names of their tables. */
  inlines: Record<string, TypedRow[]>;
}
export type TypedRow = Record<string, string>;

/** A part of a form, with the fields that are shown in it. */
export interface Part {
  title: string | undefined;
  fields: Column[];
}

/** The parts of a form: those that were declared, and the table beside. */
export function partsOf(model: Model): Part[] {
  const names = model.fieldsets ?? [{ fields: [...model.columns.keys()] }];
  const parts = names.map(({ title, fields }: { title?: string; fields: readonly string[] }) => ({
    title,
    fields: fields
      .filter((name) => model.hidden?.includes(name) !== true)
      .flatMap((name) => model.fields.get(name) ?? []),
  }));
  const beside = [...model.fields].filter(([name]) => !model.columns.has(name)).map(([, column]) => column);
  if (beside.length > 0) parts.push({ title: model.beside?.label, fields: beside });
  return parts;
}

/** The fields of a form that the viewer may fill in. */
export function fillable(viewer: Viewer, model: Model, { isNew }: { isNew: boolean }): Column[] {
  if (!isNew && model.without?.includes("change")) return [];
  const beside = model.beside && `${getTableName(model.beside.table)}.`;
  return partsOf(model)
    .flatMap(({ fields }) => fields)
    .filter(({ key, isGenerated }) => {
      if (isGenerated) return false;
      if (model.columns.has(key)) return mayFill(viewer, model, key, { isNew });
      return model.beside?.readOnly?.includes(key.slice(beside?.length ?? 0)) !== true;
    });
}

/** The columns of an inline that are filled in. */
export function inlineColumns({ table, fields }: Inline): Column[] {
  const columns = columnsOf(table);
  return fields.flatMap((name) => columns.get(name) ?? []);
}

/** What a form says of a row that was saved. */
export function typedOf(model: Model, document: Document): Typed {
  const fields: Record<string, string> = {};
  for (const [name, column] of model.fields) fields[name] = toField(column, document.values[name]);
  const inlines: Typed["inlines"] = {};
  for (const inline of model.inlines ?? []) {
    const name = getTableName(inline.table);
    const columns = [...columnsOf(inline.table).values()];
    inlines[name] = (document.inlines[name] ?? []).map((row) =>
      Object.fromEntries(columns.map((column) => [column.key, toField(column, row[column.key])])),
    );
  }
  return { fields, inlines };
}

/** What a form says of a row that is not there yet: what is said when nobody says otherwise. */
export function typedOfNew(model: Model): Typed {
  const fields: Record<string, string> = {};
  for (const [name, column] of model.fields) fields[name] = startOf(column);
  return { fields, inlines: {} };
}

function startOf(column: Column): string {
  const value: unknown = column.column.default;
  if (value !== undefined && (typeof value !== "object" || Array.isArray(value))) return toField(column, value);
  return column.valueType === "moment" && !column.isNullable ? toField(column, new Date()) : "";
}

/** What was typed: the fields that the viewer may fill in, and the rows of inlines that say something, in their order. */
export function readTyped(model: Model, columns: readonly Column[], body: URLSearchParams): Typed {
  const fields: Record<string, string> = {};
  for (const { key } of columns) fields[key] = body.get(key) ?? "";
  const inlines: Typed["inlines"] = {};
  for (const inline of model.inlines ?? []) {
    const rows = readInline(inline, body);
    if (rows !== undefined) inlines[getTableName(inline.table)] = rows;
  }
  return { fields, inlines };
}

// A form that shows an inline sends an empty row at least; one that says nothing of it changes nothing.
function readInline(inline: Inline, body: URLSearchParams): TypedRow[] | undefined {
  const name = getTableName(inline.table);
  const numbers = new Set<string>();
  for (const field of body.keys()) {
    const [, number] = field.startsWith(`${name}:`) ? (/:(\d{1,4}):/.exec(field.slice(name.length)) ?? []) : [];
    if (number !== undefined) numbers.add(number);
  }
  if (numbers.size === 0) return undefined;
  const columns = inlineColumns(inline);
  const rows = [...numbers].slice(0, 500).flatMap((number) => {
    const prefix = `${name}:${number}:`;
    if (body.get(`${prefix}delete`) === "yes") return [];
    const row: TypedRow = {};
    for (const { key } of columns) row[key] = body.get(prefix + key) ?? "";
    // A row that was added and left empty is none.
    const isEmpty = columns.every(
      ({ key, type }) => type === "boolean" || type === "choice" || row[key]?.trim() === "",
    );
    const id = body.get(`${prefix}id`);
    if (id !== null && id !== "") row.id = id;
    else if (isEmpty) return [];
    return [{ row, place: Number(body.get(`${prefix}place`)) || Number(number) + 1 }];
  });
  return rows.toSorted((one, other) => one.place - other.place).map(({ row }) => row);
}

/** The rows of inlines as values, and what was wrong with them: by table, row and column. */
export function readInlines(
  model: Model,
  typed: Typed,
): { inlines: Record<string, Row[]>; errors: Record<string, string> } {
  const inlines: Record<string, Row[]> = {};
  const errors: Record<string, string> = {};
  for (const inline of model.inlines ?? []) {
    const name = getTableName(inline.table);
    const all = columnsOf(inline.table);
    const rows = typed.inlines[name];
    if (rows === undefined) continue;
    inlines[name] = rows.map((fields, number) => {
      const row: Row = {};
      for (const [key, text] of Object.entries(fields)) {
        const column = all.get(key);
        try {
          if (column !== undefined) row[key] = fromField(column, text);
        } catch (error) {
          if (!(error instanceof Wrong)) throw error;
          errors[`${name}:${number}:${key}`] = error.message;
        }
      }
      return row;
    });
  }
  return { inlines, errors };
}

/** A field or an inline that two people have filled in differently, or that one has while the other did not look. */
export interface Disagreement {
  name: string;
  label: string;
  before: string;
  theirs: string;
  yours: string;
  /** Whether both have changed it. */
  isBoth: boolean;
}

/** What others have changed since a form was made, beside what was typed into it: with both changes where they can be. */
export function merge(
  model: Model,
  columns: readonly Column[],
  { was, now, yours }: { was: Typed; now: Typed; yours: Typed },
): { merged: Typed; disagreements: Disagreement[] } {
  const merged: Typed = { fields: { ...now.fields }, inlines: { ...now.inlines } };
  const disagreements: Disagreement[] = [];
  for (const { key: name, label } of columns) {
    const [before = "", theirs = "", own] = [was.fields[name], now.fields[name], lined(yours.fields[name])];
    const isTheirs = lined(theirs) !== lined(before);
    const isYours = own !== lined(before);
    if (isYours) merged.fields[name] = own;
    if (isTheirs && lined(theirs) !== own)
      disagreements.push({ name, label, before, theirs, yours: own, isBoth: isYours });
  }
  for (const inline of model.inlines ?? []) {
    const name = getTableName(inline.table);
    const say = (typed: Typed): string => sayRows(inline, typed.inlines[name] ?? []);
    const [before, theirs, own] = [say(was), say(now), say(name in yours.inlines ? yours : was)];
    if (own !== before) merged.inlines[name] = yours.inlines[name] ?? [];
    if (theirs !== before && theirs !== own) {
      const label = inline.label ?? name;
      disagreements.push({ name, label, before, theirs, yours: own, isBoth: own !== before });
    }
  }
  return { merged, disagreements };
}

function sayRows(inline: Inline, rows: readonly TypedRow[]): string {
  return rows
    .map((row) =>
      inlineColumns(inline)
        .map(({ key }) => row[key])
        .join(" · "),
    )
    .join("\n");
}

function lined(text: string | undefined): string {
  return text?.replace(/\r\n/g, "\n") ?? "";
}

/** What a form said when it was made, as it carries it along. */
export function readWas(text: string | null): Typed {
  const nothing: Typed = { fields: {}, inlines: {} };
  if (text === null) return nothing;
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given !== "object" || given === null) return nothing;
    return { fields: textsIn(Reflect.get(given, "fields")), inlines: rowsIn(Reflect.get(given, "inlines")) };
  } catch {
    return nothing;
  }
}

function textsIn(given: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  if (typeof given !== "object" || given === null) return texts;
  for (const [name, value] of Object.entries(given)) if (typeof value === "string") texts[name] = value;
  return texts;
}

function rowsIn(given: unknown): Typed["inlines"] {
  const rows: Typed["inlines"] = {};
  if (typeof given !== "object" || given === null) return rows;
  for (const [name, value] of Object.entries(given)) if (Array.isArray(value)) rows[name] = value.map(textsIn);
  return rows;
}
