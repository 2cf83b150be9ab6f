import type { Env, MarkdownIt, Token } from "markdown-it";
import { contextOf, report, type Context } from "./context.ts";
import { endOf, lineOf, makeToken, plainText } from "./tokens.ts";

/** What a block of the dialect looks like: the element, its classes, and the title it has when the author gives none. */
export interface Box {
  shape: "callout" | "fold" | "exercise" | "lead" | "tab" | "tabs" | "hidden" | "plain";
  look: string;
  label: string;
}

const BOXES = new Map<string, Box>();
function define(names: string, shape: Box["shape"], look: string, label: string): void {
  for (const name of names.split(" ")) BOXES.set(name, { shape, look, label });
}
define("note info callout", "callout", "callout note", "Note");
define("discussion", "callout", "callout note", "Discussion");
define("important", "callout", "callout note", "Important");
define("advanced", "callout", "callout note", "Advanced");
define("tip", "callout", "callout tip", "Tip");
define("testimonial", "callout", "callout tip", "Testimonial");
define("checklist", "callout", "callout tip", "Checklist");
define("warning", "callout", "callout warning", "Warning");
define("caution", "callout", "callout warning", "Caution");
define("danger", "callout", "callout danger", "Danger");
define("challenge exercise", "exercise", "exercise", "Exercise");
define("solution", "fold", "fold solution", "Solution");
define("hint", "fold", "fold", "Hint");
define("spoiler details collapse", "fold", "fold", "Details");
define("objectives", "lead", "box objectives", "Objectives");
define("keypoints", "lead", "box keypoints", "Key points");
define("questions", "lead", "box questions", "Questions");
define("prereq prerequisites", "lead", "box prereq", "Prerequisites");
define("tab", "tab", "tab", "Tab");
define("tabs group-tab tab-set", "tabs", "", "");
define("instructor", "hidden", "", "");
const PLAIN: Box = { shape: "plain", look: "", label: "" };

export function isBoxName(name: string): boolean {
  return BOXES.has(name);
}

const MAX_DEPTH = 16;

/** Turns colon lines, alerts and old Kramdown quotes into nested boxes with titles, and gathers tabs into sets. */
export function shapeBoxes(tokens: readonly Token[], md: MarkdownIt, env: Env): Token[] {
  const context = contextOf(env);
  return groupTabs(titleBoxes(pairBoxes(convertQuotes(tokens, context), context), md, env), context);
}

const ALERTS = new Map([
  ["NOTE", "note"],
  ["TIP", "tip"],
  ["IMPORTANT", "important"],
  ["WARNING", "warning"],
  ["CAUTION", "danger"],
]);
const CAUTION: Box = { shape: "callout", look: "callout danger", label: "Caution" };

/** GitHub's `> [!NOTE]`, and quotes that a Kramdown list calls a box (`{: .challenge}`), as old Carpentries lessons do. */
function convertQuotes(tokens: readonly Token[], context: Context): Token[] {
  const quotes: (Token | undefined)[] = [];
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) continue;
    if (token.type === "blockquote_close") {
      if (quotes.pop()) Object.assign(token, { type: "box_close", tag: "" });
    } else if (token.type === "blockquote_open") {
      const inline = tokens[index + 1]?.type === "paragraph_open" ? tokens[index + 2] : undefined;
      const alert = takeAlert(inline);
      const name = alert ? ALERTS.get(alert) : context.attributes.get(token)?.classes.find(isBoxName);
      quotes.push(name ? token : undefined);
      if (name) {
        Object.assign(token, { type: "box_open", tag: "", info: name });
        if (alert === "CAUTION") context.boxes.set(token, { ...CAUTION });
        kept.push(token);
        if (alert && inline?.children?.length === 0) index += 3;
        continue;
      }
    }
    kept.push(token);
  }
  return kept;
}

function takeAlert(inline: Token | undefined): string | undefined {
  const [first, second] = inline?.children ?? [];
  if (first?.type !== "text" || (second && second.type !== "softbreak" && second.type !== "hardbreak"))
    return undefined;
  const kind = /^\[!([A-Za-z]+)\]\s*$/.exec(first.content)?.[1]?.toUpperCase();
  if (!kind || !ALERTS.has(kind)) return undefined;
  inline?.children?.splice(0, 2);
  return kind;
}

interface Open {
  /** The box, or undefined for any other container, which no box may leave. */
  token: Token | undefined;
  start: number;
  /** Boxes whose end the parser has found already: alerts and exercism's fences. */
  paired?: boolean;
}

/** Matches openings and closings inside each container; what is unmatched is mended and told to the author. */
function pairBoxes(tokens: readonly Token[], context: Context): Token[] {
  const kept: Token[] = [];
  const stack: Open[] = [];
  let depth = 0;
  let ignored = 0;
  for (const token of tokens) {
    if (token.type === "note_start") while (stack.length > 0) closeForgotten();
    if (token.type === "div_open" || (token.type === "box_open" && token.nesting === 1)) {
      if (token.type === "div_open" && depth >= MAX_DEPTH) {
        if (ignored++ === 0)
          report(context, lineOf(token), `Blocks are nested more than ${MAX_DEPTH} deep; deeper ones are left out.`);
        continue;
      }
      depth++;
      stack.push({ token, start: kept.length, paired: token.type === "box_open" });
      context.boxes.set(token, boxOf(token, context));
      kept.push(Object.assign(token, { type: "box_open", nesting: 1 }));
    } else if (token.type === "div_close") {
      if (ignored > 0) ignored--;
      else if (stack.at(-1)?.token && !stack.at(-1)?.paired) close(token);
      else report(context, lineOf(token), "This closing ::: closes nothing.");
    } else {
      // A tight list hides the paragraphs of its items, but those in a box are the box's.
      if (stack.at(-1)?.token && token.type === "paragraph_open") token.hidden = false;
      if (token.nesting < 0) {
        while (stack.at(-1)?.token && !stack.at(-1)?.paired) closeForgotten();
        if (stack.at(-1)?.paired) close(token);
        else {
          token.hidden = kept[stack.pop()?.start ?? -1]?.hidden ?? false;
          kept.push(token);
        }
        continue;
      }
      if (token.nesting > 0) stack.push({ token: undefined, start: kept.length });
      kept.push(token);
    }
  }
  while (stack.length > 0) closeForgotten();
  return kept;

  function closeForgotten(): void {
    const open = stack.at(-1)?.token;
    if (open) report(context, lineOf(open), `The block “${open.info}” is never closed with :::.`);
    close(undefined);
  }

  function close(token: Token | undefined): void {
    const open = stack.pop();
    if (!open?.token) return;
    depth--;
    const box = context.boxes.get(open.token) ?? PLAIN;
    if (box.shape === "hidden") {
      kept.length = open.start;
      return;
    }
    const closing = token ?? makeToken("", "", -1, { block: true });
    context.boxes.set(closing, box);
    kept.push(Object.assign(closing, { type: "box_close", nesting: -1 }));
  }
}

function boxOf(token: Token, context: Context): Box {
  const given = context.boxes.get(token);
  if (given) return given;
  const names = [token.info, ...(context.attributes.get(token)?.classes ?? [])];
  const name = names.find(isBoxName);
  if (name !== undefined) return { ...(BOXES.get(name) ?? PLAIN) };
  report(context, lineOf(token), `There is no block “${token.info}”; its text is shown without a frame.`, "block");
  return { ...PLAIN };
}

/** A title is the `title` attribute, else a heading that comes first, else the name of the block. */
function titleBoxes(tokens: readonly Token[], md: MarkdownIt, env: Env): Token[] {
  const context = contextOf(env);
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) continue;
    kept.push(token);
    const box = token.type === "box_open" ? context.boxes.get(token) : undefined;
    if (!box || box.shape === "tabs" || box.shape === "plain") continue;
    const heading = tokens[index + 1];
    const given = context.attributes.get(token)?.values.get("title");
    const opening = makeToken("box_title_open", "", 1, { block: true, map: token.map });
    let title = makeToken("inline", "", 0, { block: true, content: given || box.label, map: token.map });
    const written = tokens[index + 2];
    if (given) title.children = md.parseInline(given, env)[0]?.children ?? [];
    else if (heading?.type === "heading_open" && written) {
      title = written;
      Object.assign(opening, { map: heading.map, info: "heading" });
      const attributes = context.attributes.get(heading);
      if (attributes) context.attributes.set(opening, attributes);
      index += 3;
    } else title.children = [makeToken("text", "", 0, { content: box.label })];
    const closing = makeToken("box_title_close", "", -1, { block: true });
    context.boxes.set(opening, box);
    context.boxes.set(closing, box);
    kept.push(opening, title, closing);
    const text = plainText(title.children);
    box.label = box.shape === "exercise" && text !== box.label ? `${box.label}: ${text}` : text;
  }
  return kept;
}

/** `::: tabs` holds `::: tab`s or is cut at its headings; tabs that follow each other without a frame make a set too. */
function groupTabs(tokens: readonly Token[], context: Context): Token[] {
  const kept: Token[] = [];
  // Whether the container at each depth is a set already, and whether one is being made in it.
  const sets: { set: boolean; making: boolean }[] = [{ set: false, making: false }];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) continue;
    const box = context.boxes.get(token);
    const here = sets.at(-1) ?? { set: false, making: false };
    if (token.type === "box_open" && box?.shape === "tabs") {
      const end = endOf(tokens, index);
      const inner = groupTabs(cutAtHeadings(tokens.slice(index + 1, end - 1), context), context);
      const isSet = inner[0]?.type === "tab_set_open";
      for (const part of isSet ? inner : [token, ...inner, ...tokens.slice(end - 1, end)]) kept.push(part);
      index = end - 1;
      continue;
    }
    const isTab = token.type === "box_open" && box?.shape === "tab";
    if (here.making && !isTab) endSet(here);
    if (isTab && !here.making) {
      kept.push(makeToken("tab_set_open", "tab-set", 1, { block: true, map: token.map }));
      context.features.tabs = true;
      here.making = true;
    }
    if (token.nesting > 0) sets.push({ set: isTab, making: false });
    if (token.nesting < 0) sets.pop();
    kept.push(token);
  }
  const last = sets.at(-1);
  if (last?.making) endSet(last);
  return kept;

  function endSet(frame: { making: boolean }): void {
    kept.push(makeToken("tab_set_close", "tab-set", -1, { block: true }));
    frame.making = false;
  }
}

function cutAtHeadings(tokens: readonly Token[], context: Context): Token[] {
  const first = tokens[0];
  if (first?.type !== "heading_open") return [...tokens];
  const kept: Token[] = [];
  let depth = 0;
  const endTab = (): void => {
    const closing = makeToken("box_close", "", -1, { block: true });
    context.boxes.set(closing, { shape: "tab", look: "tab", label: "" });
    kept.push(closing);
  };
  for (const [index, token] of tokens.entries()) {
    if (depth === 0 && token.type === "heading_open" && token.tag === first.tag) {
      if (index > 0) endTab();
      const box: Box = { shape: "tab", look: "tab", label: plainText(tokens[index + 1]?.children ?? []) };
      const open = makeToken("box_open", "", 1, { block: true, info: "tab", map: token.map });
      context.boxes.set(open, box);
      context.boxes.set(token, box);
      kept.push(open, Object.assign(token, { type: "box_title_open", info: "heading" }));
    } else if (depth === 1 && token.type === "heading_close" && kept.at(-2)?.type === "box_title_open") {
      kept.push(Object.assign(token, { type: "box_title_close" }));
      const box = context.boxes.get(kept.at(-3) ?? token);
      if (box) context.boxes.set(token, box);
    } else kept.push(token);
    depth += token.nesting;
  }
  endTab();
  return kept;
}
