import { isDeepStrictEqual } from "node:util";
import type { Row } from "../admin.ts";
import type { Column } from "./columns.ts";

/** A value as a form shows it. Moments are in UTC. */
export function toField({ valueType }: Column, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().slice(0, 16);
  if (valueType === "list" && Array.isArray(value)) return value.map(String).join("\n");
  if (valueType === "json") return JSON.stringify(value, null, 2);
  if (valueType === "boolean") return value === true ? "yes" : "";
  return asText(value);
}

/** A value for people, in lists and histories. */
export function toText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (value instanceof Date) return value.toISOString().slice(0, 16).replace("T", " ");
  // A moment that was kept as JSON.
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value))
    return toText(new Date(value));
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.map(toText).join(", ") || "–";
  return asText(value);
}

/** A value as a cell of an export, which `fromField` reads again without loss. */
export function toCell(column: Column, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (column.valueType === "boolean" && typeof value === "boolean") return String(value);
  return toField(column, value);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was wrong with a field, in a sentence. */
export class Wrong extends Error {
  override name = "Wrong";
}

/** What was typed into a field as a value of the column. `text` is undefined for a box that was not ticked. Throws Wrong. */
export function fromField(column: Column, text: string | undefined): unknown {
  const { valueType, isNullable, isRequired } = column;
  if (valueType === "boolean") return isYes(text);
  const typed = text?.replace(/\r\n/g, "\n") ?? "";
  if (typed.includes("\0")) throw new Wrong("It holds a character that cannot be stored.");
  if (valueType === "list") return linesOf(typed);
  if (typed.trim() === "") {
    if (isNullable) return null;
    if (valueType === "text" && !isRequired) return "";
    throw new Wrong("Please fill this in.");
  }
  return parsers[valueType](typed, column);
}

/** The same for what names a row or narrows a list: undefined for what no row can have. */
export function valueOf(column: Column, text: string): unknown {
  if (column.valueType === "json" || column.valueType === "list") return undefined;
  if (column.valueType === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  try {
    return text === "" ? undefined : fromField(column, text);
  } catch (error) {
    if (error instanceof Wrong) return undefined;
    throw error;
  }
}

type Typed = Exclude<Column["valueType"], "boolean" | "list">;

const parsers: Readonly<Record<Typed, (typed: string, column: Column) => unknown>> = {
  integer: (typed, column) => wholeNumber(typed.trim(), column),
  number: (typed) => someNumber(typed.trim()),
  moment: (typed) => moment(typed.trim()),
  date: (typed) => day(typed.trim()),
  uuid: (typed) => uuid(typed.trim()),
  choice: (typed, { choices }) => oneOf(typed, choices),
  json: (typed) => json(typed),
  text: (typed) => typed,
};

function isYes(text: string | undefined): boolean {
  return text !== undefined && !/^(|false|no|0)$/i.test(text.trim());
}

function linesOf(typed: string): string[] {
  const lines = typed.split("\n").map((line) => line.trim());
  return lines.filter(Boolean);
}

function wholeNumber(text: string, { column }: Column): number {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  const most = { smallint: 2 ** 15, integer: 2 ** 31 }[column.getSQLType()] ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(number) || number >= most || number < -most) throw new Wrong("Please give a whole number.");
  return number;
}

function someNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || Math.abs(number) > 1e37) throw new Wrong("Please give a number.");
  return number;
}

function moment(text: string): Date {
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(date.getTime()) || !/^\d{4}-/.test(text) || !isYear(date.getUTCFullYear()))
    throw new Wrong("Please give a date and a time.");
  return date;
}

function isYear(year: number): boolean {
  return year >= 1 && year <= 9999;
}

function day(text: string): string {
  const [found] = /^\d{4}-\d\d-\d\d$/.exec(text) ?? [];
  if (found === undefined || found.startsWith("0000") || !isDay(found)) throw new Wrong("Please give a date.");
  return found;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function uuid(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new Wrong("Please give an identifier.");
  return text;
}

function oneOf(text: string, choices: readonly string[]): string {
  if (!choices.includes(text)) throw new Wrong("Please choose one of these.");
  return text;
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (!JSON.stringify(value).includes(String.raw`\u0000`)) return value;
  } catch {
    throw new Wrong("This is no JSON.");
  }
  throw new Wrong("It holds a character that cannot be stored.");
}

/** Which of these values changed: `before` and `after` have those alone. */
export function difference(names: Iterable<string>, before: Row, after: Row): { before: Row; after: Row } {
  const changed: { before: Row; after: Row } = { before: {}, after: {} };
  for (const name of names) {
    if (!(name in after) || isDeepStrictEqual(before[name], after[name])) continue;
    if (name in before) changed.before[name] = before[name];
    changed.after[name] = after[name];
  }
  return changed;
}
