import type { Env, Token } from "markdown-it";
import { shapeBoxes } from "./boxes.ts";
import { checkFences, renderFences } from "./code.ts";
import {
  contextOf,
  newContext,
  report,
  TooComplex,
  type Context,
  type MarkdownOptions,
  type Problem,
} from "./context.ts";
import { readFence } from "./fences.ts";
import { shapeFigures } from "./figures.ts";
import { splitNotes } from "./footnotes.ts";
import { claimIds, shapeHeadings, takeTitle, type Heading } from "./headings.ts";
import { shapeHtml } from "./html.ts";
import { shapeLinks } from "./links.ts";
import { checkLiquid, withoutRaw } from "./liquid.ts";
import { shapeMath } from "./math.ts";
import { checkNotes, notesIn, numberNotes, renderNotes } from "./notes.ts";
import { createParser } from "./parser.ts";
import { countWords, excerptOf, readingMinutes, readTokens, topBlocks, type Block } from "./reading.ts";
import { applyAttributes } from "./attributes.ts";
import { teaserLength } from "./teaser.ts";
import { escapeHtml, makeToken } from "./tokens.ts";

export type { MarkdownOptions, Problem } from "./context.ts";
export { toId, type Heading } from "./headings.ts";

/** A part of an article for search: what stands under one heading, or before the first (anchor ""). */
export interface Section {
  anchor: string;
  heading: string;
  text: string;
  code: string;
  /** Whether the whole section stands in the teaser, so that anybody may see it. */
  teaser: boolean;
}

/** What can be told of a file without highlighting or rendering it. */
export interface Scan {
  /** Text of a leading first-level heading. */
  title?: string;
  headings: Heading[];
  /** Every id of the page that a link can point at. */
  anchors: string[];
  /** Addresses as the author wrote them, percent-encoded where a URL asks for it; lines count from 1. */
  images: { src: string; alt: string; line: number }[];
  links: { href: string; text: string; line: number }[];
  problems: Problem[];
}

export interface Rendered extends Scan {
  /** The whole body, without the `.prose` around it and without the title. */
  html: string;
  /** What a reader may see who may not open the article; holds nothing of what follows, not even its footnotes. */
  teaser: string;
  sections: Section[];
  /** The first sentences of prose in the teaser, plain, at most 200 characters; "" when the teaser has none. */
  excerpt: string;
  /** The same from the whole article: a summary for an entry that everybody may open. */
  opening: string;
  /** Words of prose and code. */
  words: number;
  readingMinutes: number;
  /** Which scripts the page needs. */
  features: { code: boolean; sessions: boolean; tabs: boolean; zoom: boolean; math: boolean };
}

const parser = createParser();

// A long tutorial is 100 KB. Beyond this the text is shown as it is.
const MAX_SOURCE = 400_000;

/**
 * Renders the dialect. Never throws on anything an author writes: what cannot be understood is shown as text and told in
 * `problems`. The result is safe to send to any reader: raw HTML is judged by an allow-list and all else is escaped.
 */
export async function renderMarkdown(source: string, options: MarkdownOptions = {}): Promise<Rendered> {
  const { env, context, tokens, title, headings } = analyse(source, options);
  const all = [...tokens, ...[...context.notes.values()].flat()];
  await renderFences(
    all.filter((token) => token.type === "fence" || token.type === "code_block"),
    context,
  );
  const blocks = topBlocks(tokens);
  const shown = teaserLength(blocks, options.teaserWords ?? 150);
  const pieces = blocks.map((block) => {
    const piece = parser.renderer.render(block.tokens, parser.options, env);
    return options.lines === true ? withLine(piece, block) : piece;
  });
  const teaser = pieces.slice(0, shown).join("");
  const rest = pieces.slice(shown).join("");
  const { teaserEnd } = options;
  const end = teaserEnd && teaser && rest ? `<span id="${escapeHtml(teaserEnd)}"></span>\n` : "";
  const shownTokens = blocks.slice(0, shown).flatMap((block) => block.tokens);
  const { text, code, images } = readTokens(all);
  return {
    ...summary(title, headings, context),
    html: teaser + end + rest + renderNotes(tokens, parser, env),
    teaser: teaser + renderNotes(shownTokens, parser, env),
    sections: sectionsOf(blocks, shown, headings, context),
    excerpt: excerptOf(shownTokens),
    opening: excerptOf(tokens),
    words: countWords(text) + countWords(code),
    readingMinutes: readingMinutes(text, code, images),
    features: context.features,
  };
}

function withLine(html: string, { tokens }: Block): string {
  const map = tokens.find((token) => token.map !== null)?.map;
  return map ? html.replace(/^<[a-z][\w-]*/, (tag) => `${tag} data-line="${map[0] + 1}"`) : html;
}

/** The cheap first look at a file: everything links and images need, without highlighting. */
export function scanMarkdown(source: string, options: MarkdownOptions = {}): Scan {
  const { context, title, headings } = analyse(source, options);
  return summary(title, headings, context);
}

/** A block of code as it stands in the source. Lines count from 1. */
export interface CodeBlock {
  language: string;
  code: string;
  /** The line of the source on which the code begins, and the first line after the block with its fence. */
  line: number;
  end: number;
  /** Its lines that are marked as deleted, and as such are not part of what it says. */
  deleted: ReadonlySet<number>;
}

export interface Anatomy extends Scan {
  code: CodeBlock[];
  /** Each block with lines of its own: the first, and the first after it. */
  blocks: { line: number; end: number }[];
}

/** What a linter looks at: everything that a scan finds, and where code and other blocks stand. */
export function dissectMarkdown(source: string): Anatomy {
  const { context, tokens, title, headings } = analyse(source, { typography: false });
  const all = [...tokens, ...[...context.notes.values()].flat()].filter(({ map }) => map !== null);
  const code = all.flatMap((token): CodeBlock[] => {
    if ((token.type !== "fence" && token.type !== "code_block") || !token.map) return [];
    const { language, deleted } = readFence(token.info, context.attributes.get(token));
    const line = token.map[0] + (token.type === "fence" ? 2 : 1);
    return [{ language, code: withoutRaw(token.content, language), line, end: token.map[1] + 1, deleted }];
  });
  const blocks = all.flatMap(({ map }) => (map ? [{ line: map[0] + 1, end: map[1] + 1 }] : []));
  return { ...summary(title, headings, context), code, blocks };
}

function summary(title: string | undefined, headings: Heading[], context: Context): Scan {
  const notes = [...context.noteOrder.values()].map(({ number }) => `fn${number}`);
  return {
    ...(title === undefined ? {} : { title }),
    headings,
    anchors: [...context.ids, ...notes],
    images: context.images,
    links: context.links,
    problems: context.problems.toSorted((one, other) => one.line - other.line),
  };
}

interface Analysis {
  env: Env;
  context: Context;
  tokens: Token[];
  title: string | undefined;
  headings: Heading[];
}

function analyse(source: string, options: MarkdownOptions): Analysis {
  try {
    if (source.length > MAX_SOURCE) throw new TooComplex();
    // Parsing never pauses, so that the one parser can be set for each document.
    parser.set({ typographer: options.typography !== false });
    return analyseTokens(newContext(options), (env) => {
      const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
      const tokens = parser.parse(text, env);
      checkFences(tokens, text, contextOf(env));
      return tokens;
    });
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
    const made = newContext(options);
    report(
      made.context,
      1,
      "The text is too long or too deeply nested to be read as Markdown, so it is shown as it is.",
    );
    const plain = makeToken("code_block", "code", 0, { block: true, content: source, map: [0, 1] });
    return analyseTokens(made, () => [plain]);
  }
}

function analyseTokens({ env, context }: ReturnType<typeof newContext>, parse: (env: Env) => Token[]): Analysis {
  let tokens = parse(env);
  for (const [label, body] of context.notes) {
    if (!label.startsWith("^")) continue;
    tokens.push(makeToken("note_start", "", 0, { info: label }), ...body, makeToken("note_start", "", 0));
  }
  tokens = shapeBoxes(tokens, parser, env);
  tokens = shapeHtml(tokens, parser, env);
  claimIds(tokens, context);
  tokens = shapeFigures(tokens, parser, env);
  const title = takeTitle(tokens);
  const headings = shapeHeadings(tokens, context);
  applyAttributes(context);
  shapeLinks(tokens, context);
  shapeMath(tokens, context);
  checkLiquid(tokens, context);
  checkNotes(tokens, context);
  tokens = splitNotes(tokens, context);
  numberNotes(tokens, context);
  return { env, context, tokens, title, headings };
}

function sectionsOf(
  blocks: readonly Block[],
  shown: number,
  headings: readonly Heading[],
  context: Context,
): Section[] {
  const known = new Map(headings.map((heading) => [heading.id, heading.text]));
  let parts = { text: [] as string[], code: [] as string[] };
  let section: Section = { anchor: "", heading: "", text: "", code: "", teaser: true };
  const sections: Section[] = [];
  const end = (): void => {
    section.text = parts.text.filter(Boolean).join("\n");
    section.code = parts.code.filter(Boolean).join("\n");
    if (section.anchor || section.text || section.code) sections.push(section);
    parts = { text: [], code: [] };
  };
  for (const [index, block] of blocks.entries()) {
    const first = block.tokens[0];
    const id = first?.type === "heading_open" ? String(first.attrGet("id")) : "";
    const heading = known.get(id);
    if (heading !== undefined) {
      end();
      section = { anchor: id, heading, text: "", code: "", teaser: true };
    }
    if (index >= shown && first?.type !== "more") section.teaser = false;
    const notes = readTokens(notesIn(block.tokens, context));
    parts.text.push(heading === undefined ? block.text : "", notes.text);
    parts.code.push(block.code, notes.code);
  }
  end();
  return sections;
}
