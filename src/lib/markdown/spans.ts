import type { MarkdownIt, StateInline } from "markdown-it";
import { parseAttributes } from "./attributes.ts";
import { contextOf, spend } from "./context.ts";

/** Pandoc's `[words]{#id .class}`: words that links can point at, as the terms of a glossary are. */
export function spansPlugin(md: MarkdownIt): void {
  md.inline.ruler.after("link", "span", span);
}

function span(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src[pos] !== "[") return false;
  const end = state.md.helpers.parseLinkLabel(state, pos);
  if (end < 0 || src[end + 1] !== "{") return false;
  spend(state.env, 5);
  const list = parseAttributes(src, end + 1);
  if (!list || (list.attributes.id === undefined && list.attributes.classes.length === 0)) return false;
  if (!silent) {
    contextOf(state.env).attributes.set(state.push("span_open", "span", 1), list.attributes);
    state.pos = pos + 1;
    state.posMax = end;
    state.md.inline.tokenize(state);
    state.push("span_close", "span", -1);
    state.posMax = posMax;
  }
  state.pos = list.end;
  return true;
}
