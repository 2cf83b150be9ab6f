import type { ParseProblem } from "../code.ts";

/** A parser of Lezer that is configured to be strict. */
export interface Strict {
  parse: (code: string) => unknown;
}

/** Where a parser gives up, which it does at once: guessing how it could go on takes seconds for what is no code at all. */
export function firstError(strict: Strict, code: string): ParseProblem | undefined {
  const at = failure(strict, code);
  if (at === undefined) return undefined;
  const before = code.slice(0, at).trimEnd();
  const isAtEnd = at >= code.trimEnd().length;
  // What is missing at the end of a line is noticed on the next one.
  const place = isAtEnd || code.slice(before.length, at).includes("\n") ? before.length : at;
  const lines = code.slice(0, place).split("\n");
  const here = /^\S{1,20}/.exec(code.slice(place))?.[0];
  const reason =
    here === undefined ? "something is missing at the end of this line." : `something is wrong at “${here}”.`;
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, reason };
}

function failure(strict: Strict, code: string): number | undefined {
  try {
    strict.parse(code);
    return undefined;
  } catch (error) {
    const [, position] = error instanceof SyntaxError ? (/^No parse at (\d+)/.exec(error.message) ?? []) : [];
    if (position === undefined) throw error;
    return Number(position);
  }
}
