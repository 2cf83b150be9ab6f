import type { Token } from "markdown-it";
import type { Attributes } from "./attributes.ts";
import { report, type Context } from "./context.ts";
import { attribute, lineOf, plainText } from "./tokens.ts";

export interface Heading {
  level: number;
  id: string;
  text: string;
}

/** Names found on every object: as an id, `window.constructor` would become an element (DOM clobbering). */
const CLOBBERING = new Set(
  (
    "__proto__ constructor hasownproperty isprototypeof propertyisenumerable tolocalestring tostring valueof " +
    "__definegetter__ __definesetter__ __lookupgetter__ __lookupsetter__"
  ).split(" "),
);
/** The page around the article names its places `site-…`, and footnotes are ours too. */
const OURS = /^(?:site-|fn(?:ref)?\d)/;

/**
 * The id that stands for what an author asked for: letters, digits, hyphens and underscores, beginning with a letter, so
 * that every validator and style sheet can name it; what it may not be gets `section-` in front. The fragment of a link
 * goes through the same function to find its target.
 */
export function toId(wanted: string): string {
  const id = wanted.slice(0, 200).replace(/[^\p{L}\p{M}\p{N}_-]/gu, "-");
  const allowed = /^\p{L}/u.test(id) && !CLOBBERING.has(id.toLowerCase()) && !OURS.test(id);
  return allowed ? id : `section-${id}`.replace(/-+$/, "");
}

/** An id of its own on the page, with a number when it is taken. */
export function uniqueId(wanted: string, context: Context): string {
  const base = toId(wanted);
  let id = base;
  // The counter is remembered for each base, so that ten thousand equal headings are numbered in one pass.
  let number = context.idNumbers.get(base) ?? 0;
  while (context.ids.has(id)) id = `${base}-${++number}`;
  context.idNumbers.set(base, number);
  context.ids.add(id);
  return id;
}

/** GitHub's slug: lower case, letters and digits of any script, hyphens for blanks, all else dropped. */
export function slugify(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Takes a first-level heading off the top: the page prints its title itself. */
export function takeTitle(tokens: Token[]): string | undefined {
  const [heading, inline] = tokens;
  if (heading?.type !== "heading_open" || heading.tag !== "h1" || !inline) return undefined;
  tokens.splice(0, 3);
  return plainText(inline.children).trim();
}

/** Gives out the ids that authors ask for. They win over those made from headings, wherever they stand, so they come first. */
export function claimIds(tokens: readonly Token[], context: Context): void {
  const seen = new Set<Attributes>();
  for (const [token, attributes] of context.attributes) {
    if (attributes.id === undefined || seen.has(attributes)) continue;
    seen.add(attributes);
    const id = uniqueId(attributes.id, context);
    if (id !== attributes.id)
      report(context, lineOf(token), `The id “${attributes.id}” cannot be used here; it becomes “${id}”.`);
    attributes.id = id;
  }
  for (const token of rawElements(tokens)) {
    const id = attribute(token, "id");
    if (id !== undefined) token.attrSet("id", uniqueId(id, context));
  }
}

/**
 * Gives every heading its id and level. The article's own `<h1>` is the page's title, so the highest level used becomes
 * `<h2>` and each step down is one level; raw headings step along but have no permalink.
 */
export function shapeHeadings(tokens: readonly Token[], context: Context): Heading[] {
  const headings: Heading[] = [];
  const levels: number[] = [];
  let depth = 0;
  let raw = 0;
  for (const [index, token] of tokens.entries()) {
    const written = /^h[1-6]$/.test(token.tag) ? Number(token.tag[1]) : 0;
    if (token.type === "box_title_open" && token.info === "heading")
      giveId(token, plainText(tokens[index + 1]?.children ?? []), context);
    if (token.nesting > 0 && written > 0) {
      const level = nextLevel(levels, written, token, context);
      token.tag = `h${level}`;
      raw = level;
      if (token.type === "heading_open") {
        const text = plainText(tokens[index + 1]?.children ?? []).trim();
        const id = giveId(token, text, context);
        if (depth === 0) headings.push({ level, id, text });
      }
    } else if (token.nesting < 0 && written > 0) token.tag = `h${raw}`;
    depth += token.nesting;
  }
  return headings;
}

function* rawElements(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    if (token.type === "html_open" || token.type === "html_void") yield token;
    for (const child of token.children ?? []) if (child.type === "html_open" || child.type === "html_void") yield child;
  }
}

function giveId(token: Token, text: string, context: Context): string {
  const id = context.attributes.get(token)?.id ?? uniqueId(slugify(text), context);
  token.attrSet("id", id);
  return id;
}

/** `levels` holds the written levels of the headings we are under: the length is the level shown, less one. */
function nextLevel(levels: number[], written: number, token: Token, context: Context): number {
  while ((levels.at(-1) ?? 0) >= written) levels.pop();
  const above = levels.at(-1);
  if (above !== undefined && written > above + 1) {
    report(context, lineOf(token), `The heading jumps from level ${above} to level ${written}.`, "heading");
  }
  levels.push(written);
  return Math.min(levels.length + 1, 6);
}
