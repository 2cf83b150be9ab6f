import { eq } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { scopeOf } from "#lib/admin/access.ts";
import type { Column } from "#lib/admin/columns.ts";
import { readCsv } from "#lib/admin/csv.ts";
import { findDocument } from "#lib/admin/rows.ts";
import { addRow, changeRow, differenceOf, readFields, type Saved } from "#lib/admin/writing.ts";
import { keyOf, type Model, type Row } from "#lib/admin.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { fillable } from "./forms.ts";
import { recorder } from "./history.ts";

/** So many lines are imported at once. */
export const mostLines = 5000;

/** What a line of a file does, or would do. */
export interface Line {
  line: number;
  title: string;
  state: "added" | "changed" | "same" | "refused";
  /** What changes, or why it is refused. */
  says: string;
}

export interface Imported {
  lines: Line[];
  /** What is wrong with the file as a whole. */
  problem: string | undefined;
  /** Columns of the file that are not looked at, because nobody fills them in. */
  ignored: string[];
  isDone: boolean;
}

class DryRun extends Error {
  override name = "DryRun";
}

/**
 * Adds and changes rows as the lines of a CSV file say: all of them, or none when one is refused. A dry run does the same
 * and takes it back, so that it tells exactly what would happen.
 */
export async function importCsv(
  request: FastifyRequest,
  model: Model,
  { csv, isDryRun }: { csv: string; isDryRun: boolean },
): Promise<Imported> {
  const [head, ...rows] = readCsv(csv);
  const nothing = { lines: [], ignored: [], isDone: false };
  if (head === undefined || rows.length === 0) return { ...nothing, problem: "The file has no lines below its head." };
  if (rows.length > mostLines) return { ...nothing, problem: `The file has more than ${mostLines} lines.` };
  const unknown = head.cells.find((name) => !model.columns.has(name));
  if (unknown !== undefined) return { ...nothing, problem: `There is no column called “${unknown}”.` };
  if (new Set(head.cells).size < head.cells.length) return { ...nothing, problem: "Two columns have one name." };
  const ignored = ignoredColumns(request.viewer, model, head.cells);
  const lines: Line[] = [];
  try {
    await atomic(async () => {
      for (const { line, cells } of rows) {
        const given = new Map(head.cells.map((name, place) => [name, cells[place] ?? ""]));
        const isWhole = cells.length === head.cells.length;
        const made = isWhole
          ? await importLine(request, model, given)
          : {
              title: cells[0] ?? "",
              state: "refused" as const,
              says: `It has ${cells.length} cells in place of ${head.cells.length}.`,
            };
        lines.push({ line, ...made });
      }
      if (isDryRun || lines.some(({ state }) => state === "refused")) throw new DryRun();
    });
    return { lines, ignored, problem: undefined, isDone: true };
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
    return { lines, ignored, problem: undefined, isDone: false };
  }
}

function ignoredColumns(viewer: Viewer, model: Model, names: readonly string[]): string[] {
  const open = new Set([true, false].flatMap((isNew) => fillable(viewer, model, { isNew }).map(({ key }) => key)));
  return names.filter((name) => !open.has(name) && !model.key.includes(name));
}

async function importLine(
  request: FastifyRequest,
  model: Model,
  given: ReadonlyMap<string, string>,
): Promise<Omit<Line, "line">> {
  const { viewer } = request;
  const title = given.get(model.title) ?? "";
  const refused = (says: string): Omit<Line, "line"> => ({ title, state: "refused", says });
  const key = await findKey(model, given);
  const isNew = key === undefined;
  const scope = scopeOf(viewer, model, isNew ? "add" : "change");
  if (scope === undefined) return refused(isNew ? "You may not add rows." : "You may not change rows.");
  const before = isNew ? undefined : await findDocument(model, key, scope.where);
  if (!isNew && before === undefined) return refused("You may not change this row.");
  if (isNew && scope.where !== undefined) return refused("You may add your own rows only, one at a time.");
  const columns = fillable(viewer, model, { isNew }).filter((column) => given.has(column.key));
  const { values, errors } = readFields(columns, (name) => given.get(name), before?.values);
  const [wrong] = Object.entries(errors);
  if (wrong !== undefined) return refused(`${wrong[0]}: ${wrong[1]}`);
  const missing = isNew ? missingColumn(model, values) : undefined;
  if (missing !== undefined) return refused(`${missing.key}: Please fill this in.`);
  const writing = { record: recorder(request), action: "imported", within: scope.where };
  const saved = isNew ? await addRow(model, { values }, writing) : await changeRow(model, { key }, { values }, writing);
  if (saved.state !== "saved") return refused(sayWhy(saved));
  if (before === undefined) return { title, state: "added", says: "" };
  const { after } = differenceOf(model, before, saved.document);
  const changed = Object.keys(after).map((name) => model.fields.get(name)?.label ?? name);
  return changed.length === 0
    ? { title, state: "same", says: "" }
    : { title, state: "changed", says: changed.join(", ") };
}

function sayWhy(saved: Exclude<Saved, { state: "saved" }>): string {
  if (saved.state !== "wrong") return "The row is not there any more.";
  const [name = "", sentence = ""] = Object.entries(saved.errors)[0] ?? [];
  return name === "" ? sentence : `${name}: ${sentence}`;
}

function missingColumn(model: Model, values: Row): Column | undefined {
  return [...model.columns.values()].find(({ key, isRequired }) => isRequired && !(key in values));
}

/** The row that a line is about: by its key, else by something else that no two rows have. */
async function findKey(model: Model, given: ReadonlyMap<string, string>): Promise<string | undefined> {
  if (model.key.every((name) => (given.get(name) ?? "") !== "")) {
    const key = model.key.map((name) => encodeURIComponent(given.get(name) ?? "")).join(",");
    return (await findDocument(model, key)) === undefined ? undefined : key;
  }
  for (const { key: name, column, isUnique } of model.columns.values()) {
    const text = given.get(name) ?? "";
    if (!isUnique || model.key.includes(name) || text === "") continue;
    const [row] = await db.select().from(model.table).where(eq(column, text)).limit(1);
    if (row !== undefined) return keyOf(model, row);
  }
  return undefined;
}
