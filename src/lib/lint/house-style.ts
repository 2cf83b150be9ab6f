import { createContext, runInContext } from "node:vm";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Found, Rule } from "./finding.ts";

const patternSchema = z.strictObject({
  pattern: z.string().min(1).max(500).refine(isExpression, "is not a regular expression"),
  message: z.string().min(1).max(500),
  severity: z.enum(["error", "warning", "hint"], "must be error, warning or hint").default("warning"),
  /** Where it is looked for: prose when left out. */
  in: z.enum(["prose", "code", "title"], "must be prose, code or title").default("prose"),
  case: z.boolean().default(true),
});

const schema = z.strictObject({
  words: z.array(z.coerce.string()).max(20_000).default([]),
  rules: z.array(patternSchema).max(200).default([]),
});

/** What a site asks of its writers. */
export type HouseStyle = z.output<typeof schema>;

/** Reads a house style; what is wrong is said with its line, all of it at once. */
export function parseHouseStyle(text: string, source: string): HouseStyle {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new UserError(`${source}:${lineCounter.linePos(error.pos[0]).line}: ${error.message}`);
  const value: unknown = document.toJS({ maxAliasCount: 50 });
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  throw new UserError(
    result.error.issues
      .map(({ path, message }) => `${source}:${lineOf(path)}: ${path.length > 0 ? `${path.join(".")} ` : ""}${message}`)
      .join("\n"),
  );

  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
        return lineCounter.linePos(Number(node.range[0])).line;
      }
    }
    return 1;
  }
}

/**
 * What all patterns may take for a text, and one of them. They are somebody's own, and an expression that backtracks may
 * need centuries; V8 asks while it backtracks whether it shall stop, which is what the time limit of `vm` uses. A thread
 * to kill would do the same for more, and an engine without backtracking is not in Node.
 */
const patternMs = 100;
const allMs = 1000;
const longestLine = 5000;

/** Patterns of the house style. */
export const houseStyle: Rule = ({ prose, code, lines }, { houseStyle: style, title = "" }) => {
  const found: Found[] = [];
  const codeLines = lines.map((text, index) => {
    const isCode = code.some(({ line, end }) => index + 1 >= line && index + 1 < end);
    return isCode ? text : "";
  });
  let spent = 0;
  for (const { pattern, message, severity, in: place, case: isExact } of style?.rules ?? []) {
    const texts = { prose, code: codeLines, title: [title] }[place].map((text) => text.slice(0, longestLine));
    const started = performance.now();
    const places = spent < allMs ? search(pattern, isExact ? "gu" : "giu", texts) : undefined;
    spent += performance.now() - started;
    if (places === undefined) {
      const late = `The pattern ${pattern} of the house style takes too long for this text, so it was not looked for.`;
      found.push({ severity: "warning", line: 1, message: late });
    }
    for (const { line, column } of places ?? []) found.push({ severity, line, column, message });
  }
  return found;
};

function search(
  pattern: string,
  flags: string,
  texts: readonly string[],
): { line: number; column: number }[] | undefined {
  const places: { line: number; column: number }[] = [];
  const expression = new RegExp(pattern, flags);
  const look = (): void => {
    for (const [index, text] of texts.entries()) {
      if (text === "") continue;
      for (const match of text.matchAll(expression)) {
        if (match[0] !== "" && places.length < 100) places.push({ line: index + 1, column: match.index + 1 });
      }
    }
  };
  try {
    runInContext("look()", createContext({ look }), { timeout: patternMs });
    return places;
  } catch (error) {
    // An error of another context, which is no Error of ours.
    const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}
