import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, Language, LRLanguage, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags as t } from "@lezer/highlight";
import { parser as javascript } from "@lezer/javascript";
import { parser as json } from "@lezer/json";
import { GFM, type MarkdownConfig } from "@lezer/markdown";
import { parser as python } from "@lezer/python";

/** `::: name [Title]` and the `:::` that ends it. */
const boxLine = /^:{3,}(?!:)/;

// Only the lines are marked: what stands between them is Markdown like any other.
const boxes: MarkdownConfig = {
  defineNodes: [{ name: "BoxLine", block: true, style: t.meta }],
  parseBlock: [
    {
      name: "BoxLine",
      before: "HorizontalRule",
      parse(context, line) {
        if (!boxLine.test(line.text.slice(line.pos))) return false;
        const from = context.lineStart + line.pos;
        context.addElement(context.elt("BoxLine", from, context.lineStart + line.text.length));
        context.nextLine();
        return true;
      },
      endLeaf: (_context, line) => boxLine.test(line.text.slice(line.pos)),
    },
  ],
};

const languages: ReadonlyMap<string, Language> = new Map(
  [
    { names: "python py pycon ipython python3", parser: python },
    { names: "javascript js jsx mjs", parser: javascript },
    { names: "typescript ts tsx", parser: javascript.configure({ dialect: "ts jsx" }) },
    { names: "json jsonc", parser: json },
  ].flatMap(({ names, parser }) => {
    const language = LRLanguage.define({ parser });
    return names.split(" ").map((name) => [name, language] as const);
  }),
);

// Everything is said by the colours of the site, in both of its lights.
const style = HighlightStyle.define([
  { tag: t.heading, fontWeight: "700" },
  { tag: t.strong, fontWeight: "700" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strikethrough, textDecoration: "line-through" },
  { tag: [t.processingInstruction, t.labelName, t.contentSeparator], color: "var(--code-quiet)" },
  { tag: t.meta, color: "var(--accent)", fontWeight: "500" },
  { tag: [t.url, t.escape, t.character], color: "var(--code-quiet)" },
  { tag: t.link, color: "var(--accent)" },
  { tag: t.quote, color: "var(--ink-soft)" },
  { tag: t.comment, color: "var(--code-quiet)", fontStyle: "italic" },
  { tag: [t.keyword, t.operatorKeyword, t.modifier, t.self], color: "var(--code-keyword)" },
  { tag: [t.string, t.regexp, t.special(t.string)], color: "var(--code-string)" },
  { tag: [t.number, t.bool, t.null, t.atom], color: "var(--code-number)" },
  { tag: [t.function(t.variableName), t.function(t.definition(t.variableName))], color: "var(--code-function)" },
  { tag: [t.typeName, t.className, t.tagName], color: "var(--code-type)" },
  { tag: [t.propertyName, t.attributeName], color: "var(--code-name)" },
]);

/** The dialect of this site: Markdown of GitHub, our blocks, and what languages there are in its code. */
export function dialect(): Extension {
  return [
    markdown({ extensions: [GFM, boxes], codeLanguages: languageOf, completeHTMLTags: false, pasteURLAsLink: true }),
    syntaxHighlighting(style),
  ];
}

function languageOf(info: string): Language | null {
  return languages.get(/^[\w+-]+/.exec(info)?.[0]?.toLowerCase() ?? "") ?? null;
}
