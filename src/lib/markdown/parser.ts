import MarkdownItParser, { type MarkdownIt, type StateBlock } from "markdown-it";
import deflist from "markdown-it-deflist";
import { attributesPlugin } from "./attributes.ts";
import { autolinksPlugin } from "./autolinks.ts";
import { contextOf, report, spend } from "./context.ts";
import { divsPlugin } from "./divs.ts";
import { footnotesPlugin } from "./footnotes.ts";
import { gfmPlugin } from "./gfm.ts";
import { isSafeLink } from "./links.ts";
import { liquidPlugin } from "./liquid.ts";
import { mathPlugin } from "./math.ts";
import { rendererPlugin } from "./renderer.ts";
import { spansPlugin } from "./spans.ts";
import { makeToken } from "./tokens.ts";
import { typographyPlugin } from "./typography.ts";

// Each level of quotes and lists is a few stack frames and a rescan of the line. Nobody writes sixty.
const MAX_DEPTH = 60;

/** markdown-it with the whole dialect. One is enough: all that belongs to a document is in its `env`. */
export function createParser(): MarkdownIt {
  const md = new MarkdownItParser({ html: true, typographer: true, linkify: false });
  md.validateLink = isSafeLink;
  md.block.ruler.before("table", "depth", depthGuard, { alt: ["paragraph", "reference", "blockquote", "list"] });
  md.inline.ruler.before("text", "budget", (state) => {
    spend(state.env, 1);
    return false;
  });
  md.use(deflist);
  for (const plugin of [attributesPlugin, divsPlugin, liquidPlugin, mathPlugin, footnotesPlugin, autolinksPlugin])
    md.use(plugin);
  for (const plugin of [spansPlugin, typographyPlugin, gfmPlugin, rendererPlugin]) md.use(plugin);
  return md;
}

/** markdown-it drops what lies deeper than its limit without a word; here it stays, as plain text, with a problem. */
function depthGuard(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  spend(state.env, silent ? 2 : 10);
  if (state.level < MAX_DEPTH || silent) return false;
  report(
    contextOf(state.env),
    startLine + 1,
    `Quotes and lists are nested more than ${MAX_DEPTH / 2} deep; the rest is shown as plain text.`,
  );
  const map: [number, number] = [startLine, endLine];
  const text = makeToken("text", "", 0, { content: state.getLines(startLine, endLine, state.blkIndent, false) });
  state.tokens.push(makeToken("paragraph_open", "p", 1, { block: true, map }));
  state.tokens.push(makeToken("html_text", "", 0, { block: true, map, content: text.content }));
  state.tokens.push(makeToken("paragraph_close", "p", -1, { block: true }));
  state.line = endLine;
  return true;
}
