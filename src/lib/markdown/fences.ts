import { parseAttributes, type Attributes } from "./attributes.ts";

/** What the opening line of a fence says. Line numbers count from 1. */
export interface Fence {
  language: string;
  /** The file name shown above the code. */
  title: string;
  numbered: boolean;
  marked: ReadonlySet<number>;
  added: ReadonlySet<number>;
  deleted: ReadonlySet<number>;
}

const TITLE_KEYS = ["title", "file", "filename", "name", "caption"];

// No real opening line comes near this, and it bounds what a hostile one can cost.
const MAX_INFO = 1000;

/**
 * Reads `python title="app.py" linenums hl_lines="2 4-6" ins="3" del="5"`, `js {1,3-5}`, `py:app.py`, `go {linenos=true}`,
 * `{.python .numberLines}` and Liquid's `python linenos`. `given` comes from a Kramdown list under the fence.
 */
export function readFence(info: string, given?: Attributes): Fence {
  const lines = { marked: "", added: "", deleted: "" };
  const values = new Map(given?.values);
  const classes = [...(given?.classes ?? [])];
  let rest = info.trim().slice(0, MAX_INFO);
  const word = /^[^\s{]+/.exec(rest)?.[0] ?? "";
  rest = rest.slice(word.length);
  let position = rest.indexOf("{");
  while (position >= 0) {
    const numbers = /^\{([\d,\s-]{1,500})\}/.exec(rest.slice(position));
    const list = numbers ? undefined : parseAttributes(rest, position);
    if (numbers) lines.marked += ` ${numbers[1]}`;
    for (const [key, value] of list?.attributes.values ?? []) values.set(key, value);
    classes.push(...(list?.attributes.classes ?? []));
    const length = numbers ? numbers[0].length : list ? list.end - position : 1;
    rest = rest.slice(0, position) + rest.slice(position + length);
    position = rest.indexOf("{", position);
  }
  for (const [key, value] of parseAttributes(`{${rest}}`, 0)?.attributes.values ?? []) values.set(key, value);
  const [language = "", ...file] = word.split(":");
  const title = TITLE_KEYS.map((key) => values.get(key)).find(Boolean) ?? file.join(":");
  const switches = ["linenums", "linenos", "numberlines", "showlinenumbers"];
  const numbered =
    switches.some((key) => values.has(key) && values.get(key) !== "false") || classes.includes("numberLines");
  const languageClass = classes.find((name) => name !== "numberLines" && !name.startsWith("no"));
  return {
    language: (language || languageClass || "").replace(/^language-/, "").toLowerCase(),
    title,
    numbered,
    marked: lineSet(
      `${lines.marked} ${values.get("hl_lines") ?? values.get("mark") ?? values.get("emphasize-lines") ?? ""}`,
    ),
    added: lineSet(values.get("ins") ?? values.get("add") ?? ""),
    deleted: lineSet(values.get("del") ?? ""),
  };
}

const MAX_LINES = 2000;

function lineSet(text: string): Set<number> {
  const lines = new Set<number>();
  for (const part of text.split(/[\s,]+/)) {
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.replace(/^['"[{]+|['"\]}]+$/g, ""));
    if (!range) continue;
    const first = Number(range[1]);
    for (let line = first; line <= Math.min(Number(range[2] ?? first), MAX_LINES); line++) lines.add(line);
  }
  return lines;
}
