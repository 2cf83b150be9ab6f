import type { MarkdownIt, Token } from "markdown-it";
import { contextOf, type Context } from "./context.ts";
import { renderImage } from "./figures.ts";
import { attribute, escapeHtml, plainText } from "./tokens.ts";

/** The markup of everything that markdown-it does not know or writes in another way. All of it is ours, so none is sanitised. */
export function rendererPlugin(md: MarkdownIt): void {
  const { rules } = md.renderer;
  const set = (
    types: string,
    render: (token: Token, context: Context, tokens: readonly Token[], index: number) => string,
  ): void => {
    for (const type of types.split(" ")) {
      rules[type] = (tokens, index, _options, env) => {
        const token = tokens[index];
        return token ? render(token, contextOf(env), tokens, index) : "";
      };
    }
  };
  const open = (token: Token): string => `<${token.tag}${md.renderer.renderAttrs(token)}>`;

  set("heading_open", open);
  set(
    "heading_close",
    (token, _context, tokens, index) => permalink(tokens[index - 2], tokens[index - 1]) + `${close(token)}\n`,
  );
  // Inside a paragraph a <div> would end it, so only a block of its own has a frame.
  set("fence code_block math_inline math_display", (token, context) => context.rendered.get(token) ?? "");
  set("math_block", (token, context) => {
    const math = context.rendered.get(token) ?? "";
    return `<div class="math" tabindex="0" role="group" aria-label="Formula">${math}</div>\n`;
  });
  set("image", renderImage);
  set("box_open", openBox);
  set("box_close", (token, context) => `</${boxElement(token, context)}>\n`);
  set("box_title_open", (token, context) => {
    const shape = context.boxes.get(token)?.shape ?? "plain";
    return shape === "fold"
      ? `<summary${md.renderer.renderAttrs(token)}>`
      : `<p class="${shape === "lead" ? "box" : shape}-title"${md.renderer.renderAttrs(token)}>`;
  });
  set("box_title_close", (token, context) => (context.boxes.get(token)?.shape === "fold" ? "</summary>\n" : "</p>\n"));
  set("tab_set_open tab_set_close figure_close", (token) => (token.nesting > 0 ? open(token) : `${close(token)}\n`));
  set("figure_open zoom_open figcaption_open html_open html_void", openRaw);
  set("attribution_open", (token) => ` ${open(token)}`);
  set("zoom_close figcaption_close attribution_close html_close", closeRaw);
  set("html_text", (token) => escapeHtml(token.content));
  set("more note_start attributes", () => "");
  set("footnote_ref", (token, context) => {
    const number = context.noteOrder.get(token.info)?.number ?? 0;
    const id = `fnref${number}${Number(token.markup) > 1 ? `-${token.markup}` : ""}`;
    return `<sup class="footnote-ref"><a href="#fn${number}" id="${id}">${number}</a></sup>`;
  });

  function openRaw(token: Token): string {
    const table = token.tag === "table" ? '<div class="table" tabindex="0" role="group" aria-label="Table">' : "";
    const fold = token.tag === "details" ? ' class="fold"' : "";
    return `${table}<${token.tag}${fold}${md.renderer.renderAttrs(token)}>`;
  }
}

function close(token: Token): string {
  return `</${token.tag}>`;
}

function closeRaw(token: Token): string {
  return `</${token.tag}>${token.tag === "table" ? "</div>" : ""}${token.block ? "\n" : ""}`;
}

function permalink(heading: Token | undefined, inline: Token | undefined): string {
  const id = heading && attribute(heading, "id");
  if (!id) return "";
  const label = escapeHtml(`Link to this section: ${plainText(inline?.children ?? []).trim()}`);
  return ` <a class="permalink" href="#${escapeHtml(encodeURI(id))}" aria-label="${label}"></a>`;
}

const ELEMENTS = {
  callout: "aside",
  fold: "details",
  exercise: "section",
  lead: "section",
  tab: "section",
  tabs: "div",
  hidden: "div",
  plain: "div",
};

function boxElement(token: Token, context: Context): string {
  return token.tag || ELEMENTS[context.boxes.get(token)?.shape ?? "plain"];
}

function openBox(token: Token, context: Context): string {
  const box = context.boxes.get(token);
  const element = boxElement(token, context);
  const id = context.attributes.get(token)?.id;
  const label =
    box && element !== "div" && element !== "details"
      ? ` aria-label="${escapeHtml(ownLabel(box.label, context))}"`
      : "";
  return `<${element}${box?.look ? ` class="${box.look}"` : ""}${id ? ` id="${escapeHtml(id)}"` : ""}${label}>\n`;
}

/** Landmarks need names of their own: the second note of a page is "Note 2". */
function ownLabel(label: string, context: Context): string {
  const count = (context.labels.get(label) ?? 0) + 1;
  context.labels.set(label, count);
  return count === 1 ? label : `${label} ${count}`;
}
