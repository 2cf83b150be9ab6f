import type { MarkdownIt, StateBlock, StateCore, StateInline, Token } from "markdown-it";
import { contextOf, report, spend, type Context } from "./context.ts";
import { lineOf, makeToken } from "./tokens.ts";

/**
 * Footnotes as on GitHub (`[^label]`, `[^label]: text`) and Pandoc's `^[text]`.
 *
 * markdown-it-footnote copies the whole token list for each note and parses nested inline notes again and again, which a
 * hostile file turns into minutes; here a note is cut out once, and notes are numbered as the page finally stands.
 */
export function footnotesPlugin(md: MarkdownIt): void {
  md.block.ruler.before("reference", "footnote", definition, { alt: ["paragraph", "reference"] });
  md.inline.ruler.after("image", "footnote_inline", inlineNote);
  md.inline.ruler.before("link", "footnote_reference", reference);
  md.core.ruler.before("inline", "footnotes", (state) => cutOut(state, md));
}

const DEFINITION = /^\[\^([^\]\s]{1,200})\]:/;

function definition(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4 || state.src[start + 1] !== "^") return false;
  const found = DEFINITION.exec(state.src.slice(start, Math.min(state.eMarks[startLine] ?? 0, start + 210)));
  if (!found) return false;
  if (silent) return true;
  const { bMarks, tShift, sCount, parentType, blkIndent } = state;
  const saved = [bMarks[startLine] ?? 0, tShift[startLine] ?? 0, sCount[startLine] ?? 0] as const;
  const after = start + found[0].length;
  const text = state.skipSpaces(after);
  const token = makeToken("footnote_open", "", 1, { block: true, info: found[1] ?? "", level: state.level++ });
  state.tokens.push(token);
  bMarks[startLine] = after;
  tShift[startLine] = text - after;
  state.blkIndent += 4;
  sCount[startLine] = state.blkIndent;
  state.parentType = "footnote";
  state.md.block.tokenize(state, startLine, endLine);
  state.parentType = parentType;
  state.blkIndent = blkIndent;
  [bMarks[startLine], tShift[startLine], sCount[startLine]] = saved;
  token.map = [startLine, state.line];
  state.tokens.push(makeToken("footnote_close", "", -1, { block: true, level: --state.level }));
  return true;
}

/** Takes the definitions out of the text before inline parsing, so that a reference knows whether its note exists. */
function cutOut(state: StateCore, md: MarkdownIt): void {
  if (state.inlineMode) return;
  const context = contextOf(state.env);
  const kept: Token[] = [];
  const open: Token[][] = [];
  for (const token of state.tokens) {
    if (token.type === "footnote_open") {
      const body: Token[] = [];
      const label = md.utils.normalizeReference(token.info);
      if (context.notes.has(label))
        report(context, lineOf(token), `The footnote [^${token.info}] is written twice; the first one counts.`);
      else context.notes.set(label, body);
      open.push(body);
    } else if (token.type === "footnote_close") open.pop();
    else (open.at(-1) ?? kept).push(token);
  }
  state.tokens = kept;
  // The later core rules (inline, typography, links) see notes through one list, which finish() splits again.
  for (const [label, body] of context.notes) {
    state.tokens.push(makeToken("note_start", "", 0, { info: label }));
    for (const token of body) state.tokens.push(token);
  }
  if (context.notes.size > 0) state.tokens.push(makeToken("note_start", "", 0));
}

function reference(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== "[" || state.src[state.pos + 1] !== "^") return false;
  spend(state.env, 10);
  const found = /^\[\^([^\]\s]{1,200})\]/.exec(state.src.slice(state.pos, Math.min(state.posMax, state.pos + 210)));
  const label = state.md.utils.normalizeReference(found?.[1] ?? "");
  if (!found || !contextOf(state.env).notes.has(label)) return false;
  if (!silent) state.push("footnote_ref", "", 0).info = label;
  state.pos += found[0].length;
  return true;
}

function inlineNote(state: StateInline, silent: boolean): boolean {
  const context = contextOf(state.env);
  if (state.src[state.pos] !== "^" || state.src[state.pos + 1] !== "[" || context.insideNote) return false;
  spend(state.env, 10);
  const end = closingBracket(state.src, state.pos + 2, state.posMax);
  if (end < 0) return false;
  if (!silent) {
    const content = state.src.slice(state.pos + 2, end);
    const label = `^${context.notes.size}`;
    state.push("footnote_ref", "", 0).info = label;
    context.notes.set(label, [
      makeToken("paragraph_open", "p", 1, { block: true }),
      makeToken("inline", "", 0, { block: true, content, children: parseNote(state, content) }),
      makeToken("paragraph_close", "p", -1, { block: true }),
    ]);
  }
  state.pos = end + 1;
  return true;
}

function closingBracket(source: string, start: number, end: number): number {
  let depth = 1;
  for (let position = start; position < Math.min(end, start + 500); position++) {
    const char = source[position];
    if (char === "\\") position++;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return position;
  }
  return -1;
}

/** A note inside a note stays text, so that brackets in brackets cannot be parsed once for each level. */
function parseNote(state: StateInline, content: string): Token[] {
  const context = contextOf(state.env);
  context.insideNote = true;
  const tokens = state.md.parseInline(content, state.env)[0]?.children ?? [];
  context.insideNote = false;
  return tokens;
}

/** Splits the list made by `cutOut` again: what remains is the text, the notes are in the context. */
export function splitNotes(tokens: readonly Token[], context: Context): Token[] {
  const text: Token[] = [];
  let into = text;
  for (const token of tokens) {
    if (token.type !== "note_start") into.push(token);
    else if (token.info) {
      into = [];
      context.notes.set(token.info, into);
    } else into = text;
  }
  return text;
}
