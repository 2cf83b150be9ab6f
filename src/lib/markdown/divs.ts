import type { MarkdownIt, StateBlock } from "markdown-it";
import { parseAttributes, type Attributes } from "./attributes.ts";
import { contextOf, spend } from "./context.ts";
import { lineText, makeToken } from "./tokens.ts";

const INTERRUPTS = { alt: ["paragraph", "reference", "blockquote", "list"] };

/**
 * Fenced divs (`::: note`, any number of colons from three) and exercism's fences (`~~~~exercism/note`).
 *
 * A colon line becomes a token by itself and `pairBoxes` matches them later, because in the dialects we meet a closing
 * line may have any number of colons: the stack says what it closes, never its length. It also keeps deep nesting linear.
 */
export function divsPlugin(md: MarkdownIt): void {
  md.block.ruler.before("fence", "div", divLine, INTERRUPTS);
  md.block.ruler.before("fence", "admonition_fence", admonitionFence, INTERRUPTS);
}

function divLine(state: StateBlock, startLine: number, _endLine: number, silent: boolean): boolean {
  const line = lineText(state, startLine);
  if (!line?.startsWith(":::")) return false;
  const rest = line.replace(/^:+/, "").trim();
  if (rest && !/^[A-Za-z{]/.test(rest)) return false;
  if (silent) return true;
  const token = makeToken(rest ? "div_open" : "div_close", "", 0, {
    block: true,
    map: [startLine, startLine + 1],
    level: state.level,
  });
  if (rest) {
    const opening = readOpening(rest);
    token.info = opening.name;
    contextOf(state.env).attributes.set(token, opening.attributes);
  }
  state.tokens.push(token);
  state.line = startLine + 1;
  return true;
}

/** `name`, `name Title`, `name[Title]`, `{.name title="…"}`, `{name} Title`, each with attributes and trailing colons. */
export function readOpening(rest: string): { name: string; attributes: Attributes } {
  let text = stripTrailingColons(rest);
  const bare = /^[A-Za-z][\w/-]*/.exec(text)?.[0] ?? "";
  text = text.slice(bare.length).trim();
  const brace = text.startsWith("{") ? 0 : text.endsWith("}") ? text.lastIndexOf("{") : -1;
  const list = brace >= 0 ? parseAttributes(text, brace) : undefined;
  const attributes = list?.attributes ?? { id: undefined, classes: [], values: new Map<string, string>() };
  if (list) text = (text.slice(0, brace) + text.slice(list.end)).trim();
  const title = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (title && !attributes.values.has("title")) attributes.values.set("title", title);
  const flag = [...attributes.values].find(([, value]) => value === "")?.[0];
  return { name: (bare || attributes.classes[0] || flag || "").toLowerCase(), attributes };
}

function stripTrailingColons(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ":") end--;
  return text.length - end >= 3 ? text.slice(0, end).trimEnd() : text;
}

function admonitionFence(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const opening = /^([~`]{3,})\s*exercism\/([a-z]+)\s*$/.exec(lineText(state, startLine) ?? "");
  if (!opening) return false;
  if (silent) return true;
  const [, fence = "", name = ""] = opening;
  let closing = startLine + 1;
  while (closing < endLine && !closes(lineText(state, closing), fence)) closing++;
  // Looking for the end is work too: a file of nothing but openings would look through itself once for each of them.
  spend(state.env, closing - startLine);
  const token = makeToken("box_open", "", 1, {
    block: true,
    info: name,
    map: [startLine, closing],
    level: state.level,
  });
  state.tokens.push(token);
  const { lineMax, parentType } = state;
  state.lineMax = closing;
  state.level++;
  state.parentType = "blockquote";
  state.md.block.tokenize(state, startLine + 1, closing);
  state.level--;
  state.lineMax = lineMax;
  state.parentType = parentType;
  state.tokens.push(makeToken("box_close", "", -1, { block: true, level: state.level }));
  state.line = Math.min(closing + 1, endLine);
  return true;
}

function closes(line: string | undefined, fence: string): boolean {
  return line !== undefined && line.startsWith(fence) && line.trimEnd() === fence[0]?.repeat(line.trimEnd().length);
}
