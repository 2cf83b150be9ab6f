import { createHighlighterCoreSync, type HighlighterCore, type ThemeRegistration } from "shiki/core";
import { createOnigurumaEngine } from "shiki/engine/oniguruma";
import { bundledLanguages, bundledLanguagesInfo, type BundledLanguage } from "shiki/langs";
import { escapeHtml } from "./tokens.ts";

// The grammars were written for this engine. Translating their expressions for JavaScript's own takes longer than
// highlighting a whole manual.
const oniguruma = await createOnigurumaEngine(import("shiki/wasm"));

/**
 * The roles of highlighted code, one class each: keyword, operator, string, escape (and regular expression), number, constant
 * (and builtin), comment, function, type, variable (parameter, property), decorator, tag, attribute. Punctuation has none:
 * it would be a third of the page.
 */
const ROLES = new Map<string, readonly string[]>([
  [
    "t-v",
    [
      "variable.parameter",
      "variable.other.property",
      "variable.other.object.property",
      "support.type.property-name",
      "meta.object-literal.key",
      "variable.language",
    ],
  ],
  [
    "t-k",
    ["keyword", "storage", "keyword.operator.logical.python", "keyword.operator.new", "keyword.operator.expression"],
  ],
  ["t-o", ["keyword.operator", "storage.type.function.arrow"]],
  ["t-s", ["string", "punctuation.definition.string", "markup.inline.raw", "constant.other.symbol"]],
  [
    "t-e",
    [
      "constant.character.escape",
      "string.regexp",
      "constant.character.format.placeholder",
      "storage.type.string.python",
    ],
  ],
  ["t-n", ["constant.numeric"]],
  [
    "t-b",
    [
      "constant.language",
      "constant.other",
      "support.function.builtin",
      "support.variable",
      "support.constant",
      "variable.language.this",
      "variable.parameter.function.language.special",
    ],
  ],
  [
    "t-c",
    [
      "comment",
      "punctuation.definition.comment",
      "string.quoted.docstring.multi",
      "string.quoted.docstring.multi punctuation.definition.string",
    ],
  ],
  ["t-f", ["entity.name.function", "support.function", "meta.function-call.generic"]],
  [
    "t-t",
    [
      "entity.name.type",
      "entity.name.class",
      "entity.other.inherited-class",
      "support.type",
      "support.class",
      "entity.name.namespace",
      "storage.type.java",
      "storage.type.cs",
    ],
  ],
  [
    "t-d",
    [
      "meta.decorator",
      "entity.name.function.decorator",
      "punctuation.definition.decorator",
      "meta.annotation",
      "storage.type.annotation",
      "keyword.other.directive",
      "meta.preprocessor keyword",
    ],
  ],
  ["t-g", ["entity.name.tag", "entity.name.section", "markup.heading", "punctuation.definition.tag"]],
  ["t-a", ["entity.other.attribute-name"]],
]);

// Shiki merges neighbours of one colour, so a theme whose colours are numbers of roles gives the fewest spans.
const roleNames = [...ROLES.keys()];
const PLAIN = "#ffffff";
const theme: ThemeRegistration = {
  name: "roles",
  type: "light",
  colors: { "editor.foreground": PLAIN, "editor.background": "#000000" },
  settings: [
    { settings: { foreground: PLAIN } },
    ...[...ROLES.values()].map((scope, index) => ({ scope: [...scope], settings: { foreground: colourOf(index) } })),
  ],
};

function colourOf(index: number): string {
  return `#0000${(index + 16).toString(16)}`;
}

const classes = new Map(roleNames.map((name, index) => [colourOf(index), name]));

/** Names our readers write that Shiki does not know, beside its own ids and aliases. */
const ALIASES = new Map([
  ["pycon", "python"],
  ["py3", "python"],
  ["python3", "python"],
  ["ipython", "python"],
  ["pytb", "text"],
  ["console", "shellscript"],
  ["shell-session", "shellscript"],
  ["sh-session", "shellscript"],
  ["terminal", "shellscript"],
  ["doscon", "bat"],
  ["dosbatch", "bat"],
  ["htmldjango", "jinja-html"],
  ["html+jinja", "jinja-html"],
  ["html+django", "jinja-html"],
  ["jinja2", "jinja"],
  ["django", "jinja-html"],
  ["golang", "go"],
  ["c#", "csharp"],
  ["text", ""],
  ["plain", ""],
  ["plaintext", ""],
  ["txt", ""],
]);
const NAMES = new Map<string, string>();
for (const { id, name, aliases } of bundledLanguagesInfo) {
  for (const alias of [id, ...(aliases ?? [])]) NAMES.set(alias, name);
}

function isBundled(name: string): name is BundledLanguage {
  return Object.hasOwn(bundledLanguages, name);
}

/** The grammar for a language as authors write it, or undefined for plain text and names nobody knows. */
export function grammarOf(language: string): BundledLanguage | undefined {
  const lower = language.toLowerCase();
  const name = ALIASES.get(lower) ?? lower;
  return isBundled(name) ? name : undefined;
}

/** The name to print for a grammar: `Python`. */
export function nameOf(grammar: string): string | undefined {
  return NAMES.get(grammar);
}

let highlighter: HighlighterCore | undefined;
const loading = new Map<string, Promise<void>>();

/** Loads a grammar once; many pages may ask for the same one at the same time. */
export function loadGrammar(grammar: BundledLanguage): Promise<void> {
  const known = loading.get(grammar);
  if (known) return known;
  const loaded = load(grammar);
  loading.set(grammar, loaded);
  return loaded;
}

async function load(grammar: BundledLanguage): Promise<void> {
  const { default: languages } = await bundledLanguages[grammar]();
  engine().loadLanguageSync(languages);
}

function engine(): HighlighterCore {
  highlighter ??= createHighlighterCoreSync({
    themes: [theme],
    langs: [],
    engine: oniguruma,
  });
  return highlighter;
}

// Some grammars take quadratic time on a long line, and nobody reads one that is longer.
const MAX_LINE = 500;
// A last resort. It is generous because a line that meets it is left half coloured for good, and the first lines of a
// language compile its expressions on what may be a busy machine.
const MAX_LINE_MS = 5000;

/** HTML for each line of `code`, with role classes. The grammar must be loaded; undefined gives plain lines. */
export function highlightLines(code: string, grammar: BundledLanguage | undefined): string[] {
  if (!grammar) return code.split("\n").map(escapeHtml);
  const lines = engine().codeToTokensBase(code, {
    lang: grammar,
    theme: "roles",
    tokenizeMaxLineLength: MAX_LINE,
    tokenizeTimeLimit: MAX_LINE_MS,
  });
  return lines.map((tokens) =>
    tokens
      .map(({ content, color }) => {
        const role = classes.get(color?.toLowerCase() ?? "");
        const blank = content.search(/\S/);
        if (!role || blank < 0) return escapeHtml(content);
        return `${content.slice(0, blank)}<span class="${role}">${escapeHtml(content.slice(blank))}</span>`;
      })
      .join(""),
  );
}
