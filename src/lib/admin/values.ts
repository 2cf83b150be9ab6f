import { isDeepStrictEqual } from "node:util";
import type { Model, Row } from "../admin.ts";
import type { Column } from "./columns.ts";

/** A value as a form shows it. Moments are in UTC. */
export function toField({ type }: Column, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().slice(0, 16);
  if (type === "list" && Array.isArray(value)) return value.map(String).join("\n");
  if (type === "json") return JSON.stringify(value, null, 2);
  if (typeof value === "boolean") return value ? "yes" : "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value for people, in lists and histories. */
export function toText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (value instanceof Date) return `${value.toISOString().slice(0, 16).replace("T", " ")}`;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.map(toText).join(", ") || "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What was wrong with a field, in a sentence. */
export class Wrong extends Error {}

/** What was typed into a field as a value of the column. `text` is undefined for a box that was not ticked. Throws Wrong. */
export function fromField(column: Column, text: string | undefined): unknown {
  const { type, choices, isNullable, isRequired } = column;
  if (type === "boolean") return text !== undefined && text !== "" && text !== "false";
  const typed = text?.replace(/\r\n/g, "\n") ?? "";
  if (typed.includes("\0")) throw new Wrong("It holds a character that cannot be stored.");
  if (type === "list")
    return typed
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  if (typed.trim() === "") {
    if (isNullable) return null;
    if (type === "text" && !isRequired) return "";
    throw new Wrong("Please fill this in.");
  }
  switch (type) {
    case "integer":
    case "relation":
      return wholeNumber(typed.trim(), column);
    case "number":
      return someNumber(typed.trim());
    case "moment":
      return moment(typed.trim());
    case "choice":
      if (!choices.includes(typed)) throw new Wrong("Please choose one of these.");
      return typed;
    case "json":
      return json(typed);
    case "text":
      return typed;
  }
}

function wholeNumber(text: string, { column }: Column): number {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  const most = { smallint: 2 ** 15, integer: 2 ** 31 }[column.getSQLType()] ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(number) || number >= most || number < -most) throw new Wrong("Please give a whole number.");
  return number;
}

function someNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Wrong("Please give a number.");
  return number;
}

function moment(text: string): Date {
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(date.getTime()) || !/^\d{4}-/.test(text)) throw new Wrong("Please give a date and a time.");
  return date;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Wrong("This is no JSON.");
  }
}

/** Which values of a row changed: `before` and `after` have these alone. */
export function difference(model: Model, before: Row, after: Row): { before: Row; after: Row } {
  const changed: { before: Row; after: Row } = { before: {}, after: {} };
  for (const key of model.columns.keys()) {
    if (!(key in after) || isDeepStrictEqual(before[key], after[key])) continue;
    changed.before[key] = before[key];
    changed.after[key] = after[key];
  }
  return changed;
}
