import type { MarkdownIt, StateCore } from "markdown-it";

/**
 * Dashes and ellipses for prose. markdown-it's own rule also turns `(c)` into ©, which spoils a list (a), (b), (c); its
 * quotes are good and stay. Dashes need a word or a blank on both sides, so that `--help` keeps its hyphens.
 */
export function typographyPlugin(md: MarkdownIt): void {
  md.core.ruler.at("replacements", (state: StateCore) => {
    if (!state.md.options.typographer) return;
    for (const block of state.tokens) {
      if (block.type !== "inline") continue;
      for (const token of block.children ?? []) {
        if (token.type === "text" && token.info !== "auto") token.content = dashes(token.content);
      }
    }
  });
}

function dashes(text: string): string {
  if (!text.includes("--") && !text.includes("...")) return text;
  return text
    .replace(/(^|[^.])\.{3}(?!\.)/g, "$1…")
    .replace(/(^|[^-])---(?=[^-]|$)/g, "$1—")
    .replace(/(^|\s)--(?=\s|$)/g, "$1–")
    .replace(/([^-\s])--(?=[^-\s])/g, "$1–");
}

/** Quotes, dashes and ellipses of a plain line, such as a title or a summary, as prose gets them. */
export function typeset(text: string): string {
  return dashes(text)
    .replace(/(^|[\s([{–—])"(?=\S)/g, "$1“")
    .replaceAll('"', "”")
    .replace(/(^|[\s([{–—“])'(?=\S)/g, "$1‘")
    .replaceAll("'", "’");
}
