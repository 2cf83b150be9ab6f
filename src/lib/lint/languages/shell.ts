import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Parse, ParseProblem } from "../code.ts";

// A parser is a machine of its own, made for each piece of code; who types changes one piece at a time.
const known = new Map<string, ParseProblem | undefined>();
const mostKnown = 500;

/** Bash, POSIX shell and zsh. Words in angle brackets are for the reader to fill in. */
export const parseShell: Parse = async (code, language) => {
  const text = code
    .replace(/<[A-Za-z][\w .-]{0,60}>/g, (word) => "_".repeat(word.length))
    .replace(/^(\s*)(?:\.\.\.|…)\s*$/gm, "$1");
  const key = `${language === "zsh" ? "z" : "b"}${text}`;
  if (known.has(key)) return known.get(key);
  const problem = text.trim() === "" ? undefined : await parse(text, language === "zsh");
  if (known.size >= mostKnown) known.clear();
  known.set(key, problem);
  return problem;
};

let loading: Promise<(text: string, isZsh: boolean) => Promise<ParseProblem | undefined>> | undefined;

async function parse(text: string, isZsh: boolean): Promise<ParseProblem | undefined> {
  loading ??= load();
  return (await loading)(text, isZsh);
}

async function load(): Promise<(text: string, isZsh: boolean) => Promise<ParseProblem | undefined>> {
  const { getProcessor, LangVariant, ParseError } = await import("sh-syntax");
  const program = await WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve("sh-syntax/main.wasm"))));
  const process = getProcessor((imports) => WebAssembly.instantiate(program, imports));
  return async (text, isZsh) => {
    try {
      await process(text, { variant: isZsh ? LangVariant.LangZsh : LangVariant.LangBash });
      return undefined;
    } catch (error) {
      if (!(error instanceof ParseError) || error.Pos === undefined) return undefined;
      return { line: error.Pos.Line, column: error.Pos.Col, reason: `${error.Text}.` };
    }
  };
}
