import type { Env, Token } from "markdown-it";
import type { Picture } from "#lib/picture.ts";
import type { Attributes } from "./attributes.ts";
import type { Box } from "./boxes.ts";

export interface Problem {
  /** Line of the source, from 1. */
  line: number;
  message: string;
  /** What the most common ones are about. */
  about?: "alt" | "heading" | "block";
}

export interface MarkdownOptions {
  /** Where a link leads now; undefined keeps it. */
  link?: (href: string) => string | undefined;
  /** The stored picture behind an address; undefined keeps a plain `<img>`. */
  image?: (src: string) => Picture | undefined;
  /** Our own origin (`https://example.org`), to tell own links from outside ones. */
  site?: string;
  /** How many words a teaser may have when the author set no `<!--more-->`; 150 when left out. */
  teaserWords?: number;
  /** The id of the place in the whole body where the teaser ends; left out, that place has none. */
  teaserEnd?: string;
  /** False keeps quotes, dashes and dots as they are typed. */
  typography?: boolean;
  /** Gives each block of its own `data-line`, the line of the source that it begins on: for a preview beside an editor. */
  lines?: boolean;
}

/** What the rules of one document share. Keyed by token where a rule has found out more than a token can hold. */
export interface Context {
  options: MarkdownOptions;
  problems: Problem[];
  boxes: Map<Token, Box>;
  attributes: Map<Token, Attributes>;
  /** HTML made ahead of the renderer: code and formulas. */
  rendered: Map<Token, string>;
  notes: Map<string, Token[]>;
  noteOrder: Map<string, { number: number; references: number }>;
  insideNote: boolean;
  ids: Set<string>;
  idNumbers: Map<string, number>;
  /** How often a landmark has had the same name. */
  labels: Map<string, number>;
  /** How much work the parser may still do; see `spend`. */
  budget: number;
  formulas: number;
  features: { code: boolean; sessions: boolean; tabs: boolean; zoom: boolean; math: boolean };
  images: { src: string; alt: string; line: number }[];
  links: { href: string; text: string; line: number }[];
}

const contexts = new WeakMap<Env, Context>();

export function newContext(options: MarkdownOptions): { env: Env; context: Context } {
  const env: Env = {};
  const context: Context = {
    options,
    problems: [],
    boxes: new Map(),
    attributes: new Map(),
    rendered: new Map(),
    notes: new Map(),
    noteOrder: new Map(),
    insideNote: false,
    ids: new Set(),
    idNumbers: new Map(),
    labels: new Map(),
    budget: BUDGET,
    formulas: 0,
    features: { code: false, sessions: false, tabs: false, zoom: false, math: false },
    images: [],
    links: [],
  };
  contexts.set(env, context);
  return { env, context };
}

/** The context of the document that markdown-it is working on: its `env` is the only thing that reaches every rule. */
export function contextOf(env: Env | undefined): Context {
  const context = env && contexts.get(env);
  if (!context) throw new Error("This parser only runs through analyse().");
  return context;
}

export class TooComplex extends Error {}

/**
 * Counts the parser's work and gives up when it is too much: 1 for a step inside a line, 10 for a block. An article of
 * 50 KB takes about 8,000, and a full budget keeps the event loop for some 150 ms. Counted, not timed, so that the same
 * file is treated alike on every machine.
 */
export function spend(env: Env | undefined, work: number): void {
  const context = contextOf(env);
  context.budget -= work;
  if (context.budget < 0) throw new TooComplex();
}

const BUDGET = 70_000;

// A hostile file could earn a problem with every byte, and a person reads the first few.
const MAX_PROBLEMS = 200;

export function report(context: Context, line: number, message: string, about?: Problem["about"]): void {
  if (context.problems.length < MAX_PROBLEMS) context.problems.push({ line, message, ...(about && { about }) });
}
