import { parse as parseToml, TomlDate, TomlError } from "smol-toml";
import { LineCounter, parseDocument } from "yaml";

export interface FrontMatter {
  values: ReadonlyMap<string, unknown>;
  /** The text after it, and the line of the file on which that begins. */
  body: string;
  bodyLine: number;
  /** The line of the file on which a key stands. */
  lineOf: (key: string) => number;
}

export interface FrontMatterProblem {
  line: number;
  reason: string;
}

const fences = { "---": /^(---|\.\.\.)[ \t]*$/, "+++": /^\+\+\+[ \t]*$/ };

/** Reads the YAML (`---`) or TOML (`+++`) that a text may begin with. Dates become ISO text. */
export function readFrontMatter(text: string): FrontMatter | FrontMatterProblem {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const lines = source.split("\n");
  const opening = lines[0]?.trimEnd();
  if (opening !== "---" && opening !== "+++") return without(source);
  const end = lines.findIndex((line, place) => place > 0 && fences[opening].test(line));
  if (end < 0) {
    // A lone rule at the top is Markdown; a key after it is front matter whose end somebody forgot.
    if (opening === "---" && !/^[\w-]+\s*:/.test(lines[1] ?? "")) return without(source);
    return { line: 1, reason: `The front matter is never closed with ${opening}.` };
  }
  const head = lines.slice(1, end);
  const values = opening === "---" ? readYaml(head.join("\n")) : readToml(head.join("\n"));
  if (!(values instanceof Map)) return values;
  return { values, body: lines.slice(end + 1).join("\n"), bodyLine: end + 2, lineOf: (key) => lineOf(head, key) };
}

function without(source: string): FrontMatter {
  return { values: new Map(), body: source, bodyLine: 1, lineOf: () => 1 };
}

function readYaml(head: string): Map<string, unknown> | FrontMatterProblem {
  const lineCounter = new LineCounter();
  const document = parseDocument(head, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    return {
      line: lineCounter.linePos(error.pos[0]).line + 1,
      reason: `The front matter is not YAML: ${error.message}`,
    };
  }
  try {
    // Aliases within aliases could grow without end; the parser counts them and throws.
    const value: unknown = document.toJS({ maxAliasCount: 50 });
    return asMap(value);
  } catch (failure) {
    return { line: 1, reason: `The front matter is not YAML: ${failure instanceof Error ? failure.message : ""}` };
  }
}

function readToml(head: string): Map<string, unknown> | FrontMatterProblem {
  try {
    return asMap(plain(parseToml(head)));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence] = error.message.replace("Invalid TOML document: ", "").split("\n");
    return { line: error.line + 1, reason: `The front matter is not TOML: ${sentence}` };
  }
}

function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function asMap(value: unknown): Map<string, unknown> | FrontMatterProblem {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== "object" || Array.isArray(value)) {
    return { line: 2, reason: "The front matter is not a list of keys and values." };
  }
  return new Map(Object.entries(value));
}

function lineOf(head: readonly string[], key: string): number {
  const place = head.findIndex((line) => {
    const [name] = line.split(/[:=]/, 1);
    return name?.trim().replace(/^["'[]+|["'\]]+$/g, "") === key;
  });
  return place < 0 ? 1 : place + 2;
}
