import type { LoggedError } from "#lib/log.ts";
import { withoutPrivate } from "./cleaning.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** An error that was logged, as it may be kept. */
export interface Occurrence {
  fingerprint: string;
  type: string;
  message: string;
  stack: string;
  context: Record<string, string>;
}

const mostMessage = 2000;
const mostStack = 8000;
const mostCauses = 5;

// Neither the path nor the reader: a path may name somebody, and a pattern tells as much of a fault.
const contextNames = ["requestId", "method", "route", "task", "job", "queue"];

export function occurrenceOf({ message: line, error, fields }: LoggedError): Occurrence {
  const chain = chainOf(error);
  const [first] = chain;
  // A line without an error is an error by its own words.
  const type = withoutPrivate(first?.type ?? "", 100);
  const message = withoutPrivate(messageOf(chain) || line, mostMessage);
  const stack = chain.map(framesOf).join("\n");
  const context: Record<string, string> = {};
  if (line !== "" && first !== undefined) context.line = withoutPrivate(line, 200);
  for (const name of contextNames) {
    const value = fields[name];
    if (typeof value === "string") context[name] = withoutControls(value);
  }
  return {
    fingerprint: fingerprintOf({ type, message, stack: stack.slice(0, mostStack) }),
    type,
    message,
    stack: withoutPrivate(stack, mostStack),
    context,
  };
}

interface Link {
  type: string;
  message: string;
  stack: string;
}

/** The error and its causes. */
function chainOf(error: unknown): Link[] {
  const chain: Link[] = [];
  for (let each = error; typeof each === "object" && each !== null && chain.length < mostCauses;) {
    const { type, message, stack, cause }: Record<string, unknown> = { ...each };
    chain.push({ type: text(type) || "Error", message: text(message), stack: text(stack) });
    each = cause;
  }
  return chain;
}

// Of a query that failed the reason is what the database says; the query itself is long.
function messageOf([first, ...causes]: readonly Link[]): string {
  if (first === undefined) return "";
  const sentences = causes.map(({ type, message }) => `${type}: ${message}`);
  if (causes[0] !== undefined && first.message.startsWith("Failed query:")) {
    return [causes[0].message, first.message, ...sentences.slice(1)].join("\n");
  }
  return [first.message || first.type, ...sentences].join("\ncaused by ");
}

// The message stands at the head of a stack, and may be longer than all of it.
function framesOf({ type, message, stack }: Link, index: number): string {
  const start = stack.indexOf(message);
  const frames = stack.slice(start < 0 ? 0 : start + message.length).replace(/^\n/, "");
  return index === 0 ? frames : `caused by ${type}\n${frames}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function withoutControls(value: string): string {
  return value
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .slice(0, 200);
}
