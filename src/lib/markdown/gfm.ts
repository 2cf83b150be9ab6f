import type { MarkdownIt, StateCore, Token } from "markdown-it";
import { attribute, makeToken } from "./tokens.ts";

/** Task lists (GFM 5.3), and tables whose alignment is a class, because a content security policy refuses styles. */
export function gfmPlugin(md: MarkdownIt): void {
  md.core.ruler.push("tasks", (state: StateCore) => {
    for (const [index, token] of state.tokens.entries()) {
      const inline = state.tokens[index + 2];
      const opens = token.type === "list_item_open" && state.tokens[index + 1]?.type === "paragraph_open";
      if (opens && inline) makeTask(token, inline);
    }
  });
  const { rules } = md.renderer;
  rules["table_open"] = (tokens, index, _options, _env, renderer) =>
    `<div class="table" tabindex="0" role="group" aria-label="Table"><table${renderer.renderAttrs(tokens[index] ?? { attrs: null })}>\n`;
  rules["table_close"] = () => "</table></div>\n";
  rules["th_open"] = (tokens, index) => cell(tokens[index], "th");
  rules["td_open"] = (tokens, index) => cell(tokens[index], "td");
  rules["task"] = (tokens, index) => {
    const done = tokens[index]?.info === "done";
    return `<input type="checkbox" disabled${done ? " checked" : ""} aria-label="${done ? "done" : "to do"}"> `;
  };
}

function makeTask(item: Token, inline: Token): void {
  const text = inline.children?.[0];
  const box = text?.type === "text" ? /^\[([ xX])\]\s+(?=\S|$)/.exec(text.content) : null;
  if (!text || !box || (box[0].length === text.content.length && inline.children?.length === 1)) return;
  text.content = text.content.slice(box[0].length);
  inline.children?.unshift(makeToken("task", "", 0, { info: box[1] === " " ? "to do" : "done" }));
  item.attrJoin("class", "task");
}

function cell(token: Token | undefined, tag: string): string {
  const align = /^text-align:(left|center|right)$/.exec((token && attribute(token, "style")) ?? "")?.[1];
  return `<${tag}${tag === "th" ? ' scope="col"' : ""}${align ? ` class="${align}"` : ""}>`;
}
