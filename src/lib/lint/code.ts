import { readSession } from "../markdown/sessions.ts";
import type { CodeBlock } from "../markdown/markdown.ts";
import type { Article, Found, Rule } from "./finding.ts";
import { parseJavaScript } from "./languages/javascript.ts";
import { parseJson } from "./languages/json.ts";
import { parsePython } from "./languages/python.ts";
import { parseShell } from "./languages/shell.ts";

/** What a parser cannot make sense of, and where, from 1; nothing when all is well. */
export type Parse = (code: string, language: string) => ParseProblem | undefined | Promise<ParseProblem | undefined>;
export interface ParseProblem {
  line: number;
  column: number;
  reason: string;
}

const languages: readonly { name: string; names: string; parse: Parse }[] = [
  { name: "Python", names: "python py python3 py3 pycon ipython", parse: parsePython },
  { name: "JavaScript", names: "javascript js mjs cjs jsx", parse: parseJavaScript },
  { name: "TypeScript", names: "typescript ts mts cts tsx", parse: parseJavaScript },
  { name: "JSON", names: "json", parse: parseJson },
  { name: "shell command", names: "bash sh shell zsh console shell-session sh-session terminal", parse: parseShell },
];
const byName = new Map(languages.flatMap((one) => one.names.split(" ").map((name) => [name, one] as const)));

// Beyond this it is data.
const longest = 30_000;

/** Code that its language's parser does not take: a reader who copies it gets an error. */
export const code: Rule = async (article) => {
  const found: Found[] = [];
  for (const block of article.code) {
    const language = byName.get(block.language);
    if (language === undefined || block.code.length > longest) continue;
    for (const piece of piecesOf(block)) {
      const problem = await parsePiece(piece, (text) => language.parse(text, block.language));
      if (problem !== undefined) found.push(place(problem, piece, language.name, article));
    }
  }
  return found;
};

interface Piece {
  lines: readonly { text: string; line: number; indent: number }[];
  /** What the machine says to it. */
  answer: string;
}

/** So many lines without a prompt can belong to a statement. */
const mostContinued = 30;

/** Many write a statement of several lines with one prompt; then it goes on where an answer is looked for. */
async function parsePiece(
  { lines, answer }: Piece,
  parse: (text: string) => ReturnType<Parse>,
): Promise<ParseProblem | undefined> {
  let text = lines.map((line) => line.text).join("\n");
  const problem = await parse(text);
  if (problem === undefined) return undefined;
  for (const line of answer.split("\n").slice(0, mostContinued)) {
    text += `\n${line}`;
    if ((await parse(text)) === undefined) return undefined;
  }
  return problem;
}

/** What of a block is code, taken apart where it is parsed apart: the inputs of a session, without their prompts. */
function piecesOf(block: CodeBlock): Piece[] {
  const session = readSession(block.code.replace(/\n$/, ""), block.language);
  if (session === undefined) {
    const lines = block.code.split("\n").map((text, index) => ({
      text: block.deleted.has(index + 1) ? "" : text,
      line: block.line + index,
      indent: 0,
    }));
    return [{ lines, answer: "" }];
  }
  if (session.grammar !== "python" && session.grammar !== "shellscript") return [];
  const pieces: { lines: Piece["lines"][number][]; answer: string }[] = [];
  for (const [index, { prompt, text, output }] of session.lines.entries()) {
    const begins = /^(?:>>>|In|[^.>\s])/.test(prompt);
    const last = pieces.at(-1);
    if (output) {
      if (last !== undefined) last.answer += `${text}\n`;
    } else {
      const line = { text, line: block.line + index, indent: prompt.length };
      if (last === undefined || begins || last.answer !== "") pieces.push({ lines: [line], answer: "" });
      else last.lines.push(line);
    }
  }
  // Where the session shows the error, it is the point.
  const meant = pieces.filter(
    ({ answer }) => !/\b(?:Syntax|Indentation|Tab)Error\b|syntax error|parse error/.test(answer),
  );
  if (session.grammar === "python") return meant;
  // A shell takes one command after the other; here-documents and continued lines are in one piece.
  return meant.length === 0 ? [] : [{ lines: meant.flatMap(({ lines }) => lines), answer: "" }];
}

function place(problem: ParseProblem, { lines }: Piece, name: string, { lines: source }: Article): Found {
  const at = lines[Math.min(problem.line, lines.length) - 1] ?? { text: "", line: 1, indent: 0 };
  // In a list or a quote the code stands further to the right.
  const written = source[at.line - 1] ?? "";
  const start = Math.max(0, written.indexOf(at.text, at.indent));
  return {
    severity: "error",
    line: at.line,
    column: start + problem.column,
    message: `This ${name} does not parse: ${problem.reason}`,
  };
}
