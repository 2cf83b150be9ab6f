import type { MarkdownIt, StateBlock, StateCore, StateInline, Token } from "markdown-it";
import { contextOf, spend, type Context } from "./context.ts";
import { AUTHOR_CLASSES } from "./tags.ts";
import { makeToken } from "./tokens.ts";

/** What an author wrote between braces: `{#id .class key="value" flag}`; a flag has the value "". */
export interface Attributes {
  id: string | undefined;
  classes: string[];
  values: Map<string, string>;
}

// No real list comes near this, and it bounds how far a stray brace can make us look ahead.
const MAX_LENGTH = 4000;
const NAME = /[\p{L}\p{N}_][\p{L}\p{N}_:./-]*/uy;
const BARE_VALUE = /[^\s"'=<>`{}]+/y;

/**
 * Reads an attribute list (also Kramdown's `{: …}`) that begins with the brace at `start`.
 * Quoted values may hold anything, with a backslash before a quote that belongs to the value.
 */
export function parseAttributes(source: string, start: number): { end: number; attributes: Attributes } | undefined {
  if (source[start] !== "{") return undefined;
  const limit = Math.min(source.length, start + MAX_LENGTH);
  const attributes = noAttributes();
  let position = source[start + 1] === ":" ? start + 2 : start + 1;
  while (position < limit) {
    const char = source[position];
    if (char === "}") return { end: position + 1, attributes };
    if (char === " " || char === "\t" || char === "\n") {
      position++;
    } else if (char === "." || char === "#") {
      const name = match(NAME, source, position + 1);
      if (!name) return undefined;
      if (char === ".") attributes.classes.push(name);
      else attributes.id = name;
      position += name.length + 1;
    } else {
      const name = match(NAME, source, position);
      if (!name) return undefined;
      position += name.length;
      const value = source[position] === "=" ? readValue(source, position + 1, limit) : { text: "", end: position };
      if (!value) return undefined;
      attributes.values.set(name.toLowerCase(), value.text);
      position = value.end;
    }
  }
  return undefined;
}

function readValue(source: string, start: number, limit: number): { text: string; end: number } | undefined {
  const quote = source[start];
  if (quote !== '"' && quote !== "'") {
    const text = match(BARE_VALUE, source, start);
    return text ? { text, end: start + text.length } : undefined;
  }
  let text = "";
  for (let position = start + 1; position < limit; position++) {
    const char = source[position] ?? "";
    if (char === quote) return { text, end: position + 1 };
    if (char === "\\" && /[!-/:-@[-`{-~]/.test(source[position + 1] ?? "")) text += source[++position];
    else text += char === "\n" ? " " : char;
  }
  return undefined;
}

function match(pattern: RegExp, source: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(source)?.[0];
}

function noAttributes(): Attributes {
  return { id: undefined, classes: [], values: new Map() };
}

export function isEmpty(attributes: Attributes): boolean {
  return attributes.id === undefined && attributes.classes.length === 0 && attributes.values.size === 0;
}

export function attributesPlugin(md: MarkdownIt): void {
  md.inline.ruler.before("escape", "attributes", inlineAttributes);
  md.block.ruler.before("heading", "attributes", lineAttributes, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  md.core.ruler.after("block", "attributes", blockAttributes);
}

/** `{…}` straight after an image, a link or inline code. */
function inlineAttributes(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== "{" || !/[)\]`]/.test(state.src[state.pos - 1] ?? "")) return false;
  const owner = state.tokens.at(-1);
  const fits = owner && (owner.type === "image" || owner.type === "link_close" || owner.type === "code_inline");
  if (!silent && (!fits || state.pending)) return false;
  spend(state.env, 5);
  const list = parseAttributes(state.src, state.pos);
  if (!list || isEmpty(list.attributes)) return false;
  if (!silent && owner) {
    const target = owner.type === "link_close" ? state.tokens.findLast((token) => token.type === "link_open") : owner;
    if (target) contextOf(state.env).attributes.set(target, list.attributes);
  }
  state.pos = list.end;
  return true;
}

/** A line of its own that holds nothing but an attribute list. */
function lineAttributes(state: StateBlock, startLine: number, _endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  const end = state.eMarks[startLine] ?? 0;
  if (state.src[start] !== "{" || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  // `{word}` alone on a line is somebody's text; a list says what it is by a sign or a value.
  const line = state.src.slice(start, end).trimEnd();
  if (!/^\{(?::|[ \t]*(?:[.#]|[\w-]+=))/.test(line)) return false;
  // Kramdown's `{:` is never text: what we cannot read, such as `{:auto\_ids}`, says nothing to us.
  const unread = /^\{:[^{}]*\}$/.test(line) ? { end: line.length, attributes: noAttributes() } : undefined;
  const list = parseAttributes(line, 0) ?? unread;
  if (!list || line.slice(list.end).trim()) return false;
  if (silent) return true;
  const token = makeToken("attributes", "", 0, { block: true, map: [startLine, startLine + 1], level: state.level });
  contextOf(state.env).attributes.set(token, list.attributes);
  state.tokens.push(token);
  state.line = startLine + 1;
  return true;
}

/** Gives each list on a line of its own to the block it touches (the one before wins), and takes `{…}` off headings. */
function blockAttributes(state: StateCore): void {
  const context = contextOf(state.env);
  const kept: Token[] = [];
  const openers: number[] = [];
  let previous: Token | undefined;
  let waiting: Attributes | undefined;
  for (const token of state.tokens) {
    if (token.type === "attributes") {
      const attributes = context.attributes.get(token);
      if (previous && touches(previous, token)) give(previous);
      else waiting = attributes;
      function give(to: Token): void {
        if (attributes) context.attributes.set(to, merge(context.attributes.get(to), attributes));
      }
      continue;
    }
    if (waiting && token.nesting >= 0) {
      context.attributes.set(token, waiting);
      waiting = undefined;
    }
    if (token.type === "inline" && kept.at(-1)?.type === "heading_open") takeFromHeading(token, kept.at(-1));
    if (token.nesting > 0) openers.push(kept.length);
    if (token.nesting < 0) previous = kept[openers.pop() ?? 0];
    else previous = token.nesting === 0 ? token : undefined;
    kept.push(token);
  }
  state.tokens = kept;

  function takeFromHeading(inline: Token, heading: Token | undefined): void {
    const brace = inline.content.endsWith("}") ? inline.content.lastIndexOf("{") : -1;
    const list = brace >= 0 ? parseAttributes(inline.content, brace) : undefined;
    if (!heading || !list || isEmpty(list.attributes) || list.end !== inline.content.length) return;
    // `{word}` in a heading is text unless it has the form of an id, a class or a value.
    if (![...list.attributes.values.values()].every(Boolean)) return;
    inline.content = inline.content.slice(0, brace).trimEnd();
    context.attributes.set(heading, list.attributes);
  }
}

function touches(block: Token, list: Token): boolean {
  return Boolean(block.map && list.map && block.map[1] === list.map[0]);
}

function merge(first: Attributes | undefined, second: Attributes): Attributes {
  if (!first) return second;
  return {
    id: second.id ?? first.id,
    classes: [...first.classes, ...second.classes],
    values: new Map([...first.values, ...second.values]),
  };
}

/** Writes the id, title and allowed classes of each list onto its element. */
export function applyAttributes(context: Context): void {
  for (const [token, { id, classes, values }] of context.attributes) {
    if (token.type === "fence" || token.type === "box_open" || token.type === "image") continue;
    if (id && token.attrGet("id") === null) token.attrSet("id", id);
    const allowed = classes.filter((name) => AUTHOR_CLASSES.includes(name));
    if (allowed.length > 0) token.attrJoin("class", allowed.join(" "));
    const title = values.get("title");
    if (title && token.type === "link_open") token.attrSet("title", title);
  }
}
