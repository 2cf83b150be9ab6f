import type { Env, MarkdownIt, Token } from "markdown-it";
import { contextOf, report, spend } from "./context.ts";
import { rawImage } from "./figures.ts";
import { MORE, onlyImage, skipComment, TAG } from "./html-source.ts";
import { isPhrasing, judgeAttributes, judgeElement, type Verdict } from "./tags.ts";
import { lineOf, makeToken } from "./tokens.ts";

/** Where an element has to stand; a tag elsewhere is left out. */
const PARENTS = new Map<string, readonly string[]>([
  ["caption", ["table"]],
  ["col", ["colgroup"]],
  ["colgroup", ["table"]],
  ["thead", ["table"]],
  ["tbody", ["table"]],
  ["tfoot", ["table"]],
  ["tr", ["tbody", "thead", "tfoot"]],
  ["td", ["tr"]],
  ["th", ["tr"]],
  ["li", ["ul", "ol"]],
  ["dt", ["dl"]],
  ["dd", ["dl"]],
  ["summary", ["details"]],
  ["figcaption", ["figure"]],
  ["rt", ["ruby"]],
  ["rp", ["ruby"]],
]);
/** Elements whose end tag HTML lets an author leave out. */
const IMPLIED_END = new Set("p li dt dd td th tr thead tbody tfoot caption colgroup rt rp".split(" "));

// Browsers give up at 512, and every end tag looks through the open ones.
const MAX_OPEN = 40;

interface Frame {
  /** The author's element, or undefined for one of ours, which no tag of the author may close. */
  name: string | undefined;
  line: number;
}

/**
 * Replaces raw HTML by tokens that nest: `html_open`, `html_close`, `html_void`, images and text. Whatever the author
 * forgot to close is closed where its container ends, and what closes nothing is left out, each with a problem.
 */
export function shapeHtml(tokens: readonly Token[], md: MarkdownIt, env: Env): Token[] {
  const writer = newWriter(md, env);
  let empty: Token | undefined;
  for (const token of tokens) {
    writer.line = lineOf(token, writer.line);
    if (token.type === "note_start") writer.finish();
    if (token.type === "html_block") writer.block(token);
    else if (token.type === "inline") {
      token.children = writer.inline(token.children ?? [], token);
      // A paragraph of nothing but refused elements is no paragraph.
      const before = writer.out.at(-1);
      empty = before?.type === "paragraph_open" && token.children.every(isBlank) ? before : undefined;
      if (empty) empty.hidden = true;
      writer.out.push(token);
    } else {
      if (token.nesting < 0) writer.leave();
      else writer.closePhrasing();
      if (empty) token.hidden = true;
      empty = undefined;
      writer.out.push(token);
      if (token.nesting > 0) writer.enter();
    }
  }
  writer.finish();
  return writer.out;
}

function isBlank(token: Token): boolean {
  return token.type === "liquid_raw" || token.type === "more" || (token.type === "text" && !token.content.trim());
}

function newWriter(md: MarkdownIt, env: Env) {
  const context = contextOf(env);
  const frames: Frame[] = [];
  const endless = new Set<string>();
  let opened = 0;
  const writer = { out: [] as Token[], line: 1, block, inline, enter, leave, closePhrasing, finish };
  return writer;

  function enter(): void {
    frames.push({ name: undefined, line: writer.line });
  }

  function leave(): void {
    while (frames.length > 0 && frames.at(-1)?.name !== undefined) closeForgotten();
    frames.pop();
  }

  function finish(): void {
    while (frames.length > 0) leave();
  }

  function closePhrasing(): void {
    for (let top = frames.at(-1)?.name; top && (top === "p" || isPhrasing(top)); top = frames.at(-1)?.name)
      closeForgotten();
  }

  function closeForgotten(): void {
    const frame = frames.at(-1);
    if (frame?.name && !IMPLIED_END.has(frame.name))
      report(context, frame.line, `The element <${frame.name}> is never closed.`);
    closeTop();
  }

  function closeTop(): void {
    const name = frames.pop()?.name;
    if (!name) return;
    opened--;
    writer.out.push(makeToken("html_close", name, -1, { block: !isPhrasing(name) }));
  }

  function block(token: Token): void {
    const source = token.content;
    const only = onlyImage(source);
    if (only !== undefined && frames.at(-1)?.name === undefined) {
      const image = rawImage(only, context);
      const map = token.map;
      writer.out.push(makeToken("paragraph_open", "p", 1, { block: true, map }));
      writer.out.push(makeToken("inline", "", 0, { block: true, map, children: image ? [image] : [] }));
      writer.out.push(makeToken("paragraph_close", "p", -1, { block: true }));
      return;
    }
    for (let position = 0; position < source.length;) position = piece(source, position);
  }

  /** Handles what stands at `position` of an HTML block and returns where the next piece begins. */
  function piece(source: string, position: number): number {
    if (source[position] !== "<") {
      const next = source.indexOf("<", position);
      const end = next < 0 ? source.length : next;
      pushText(source.slice(position, end));
      return end;
    }
    const comment = skipComment(source, position);
    if (comment > position) {
      if (MORE.test(source.slice(position, comment))) writer.out.push(makeToken("more", "", 0, { block: true }));
      return comment;
    }
    TAG.lastIndex = position;
    const tag = TAG.exec(source);
    if (!tag) {
      pushText("<");
      return position + 1;
    }
    const after = position + tag[0].length;
    return tagPiece(tag, "flow") === "silenced" && tag[2] ? endOfSilenced(source, tag[2], after) : after;
  }

  /** An end tag that was sought once and is not there is not sought again: a thousand `<script>` must not cost a million. */
  function endOfSilenced(source: string, name: string, position: number): number {
    const key = `${name.toLowerCase()} ${writer.line}`;
    if (endless.has(key)) return position;
    const endTag = new RegExp(`</${name}`, "gi");
    endTag.lastIndex = position;
    const end = endTag.exec(source)?.index;
    const close = end === undefined ? -1 : source.indexOf(">", end);
    if (close < 0) endless.add(key);
    return close < 0 ? position : close + 1;
  }

  function pushText(text: string): void {
    if (!text.trim() && !frames.at(-1)?.name) return;
    const lines = text.split("\n").map((line, index, all) => (index < all.length - 1 ? line.trimEnd() : line));
    const content = lines.join("\n").replace(/&#?\w{1,40};/g, (entity) => md.utils.unescapeAll(entity));
    writer.out.push(makeToken("text", "", 0, { content }));
  }

  /** Writes one tag and says what was thought of it. `within` is what the place allows. */
  function tagPiece(tag: RegExpExecArray, within: "phrasing" | "flow"): Verdict {
    spend(env, 5);
    const [source, closing, opening = "", attributes = ""] = tag;
    const { name, verdict, isVoid } = judgeElement(closing ?? opening);
    if (verdict === "unknown") {
      report(
        context,
        writer.line,
        `There is no element ${source.slice(0, 40)}; it is shown as text (write it in backticks).`,
      );
      writer.out.push(makeToken("text", "", 0, { content: source }));
    } else if (verdict === "refused" || verdict === "silenced") {
      if (!closing) report(context, writer.line, `The element <${name}> is not allowed here and is left out.`);
    } else if (closing) closeElement(name);
    else if (verdict === "flow" && within === "phrasing") {
      report(context, writer.line, `The element <${name}> cannot stand inside a paragraph and is left out.`);
    } else openElement(name, isVoid, attributes);
    return verdict;
  }

  function openElement(name: string, isVoid: boolean, attributes: string): void {
    if (opened >= MAX_OPEN) {
      report(context, writer.line, `More than ${MAX_OPEN} elements are open; <${name}> is left out.`);
      return;
    }
    if (!isPhrasing(name)) closePhrasing();
    const parents = PARENTS.get(name);
    if (parents) {
      while (IMPLIED_END.has(frames.at(-1)?.name ?? "") && !parents.includes(frames.at(-1)?.name ?? "")) closeTop();
      if (name === "tr" && frames.at(-1)?.name === "table") openElement("tbody", false, "");
      if (!parents.includes(frames.at(-1)?.name ?? "")) {
        report(context, writer.line, `The element <${name}> has to stand inside <${parents[0]}> and is left out.`);
        return;
      }
    }
    if (name === "a" && frames.some((frame) => frame.name === "a")) {
      report(context, writer.line, "A link cannot stand inside a link.");
      return;
    }
    const image = name === "img" ? rawImage(attributes, context) : undefined;
    if (name === "img") {
      if (image) writer.out.push(image);
      return;
    }
    const token = makeToken(isVoid ? "html_void" : "html_open", name, isVoid ? 0 : 1, {
      map: [writer.line - 1, writer.line],
    });
    token.attrs = [...judgeAttributes(name, attributes)];
    writer.out.push(token);
    if (isVoid) return;
    opened++;
    frames.push({ name, line: writer.line });
  }

  function closeElement(name: string): void {
    const barrier = frames.findLastIndex((frame) => frame.name === undefined);
    const index = frames.findLastIndex((frame) => frame.name === name);
    if (index <= barrier) {
      report(context, writer.line, `The tag </${name}> closes nothing.`);
      return;
    }
    while (frames.length - 1 > index) closeForgotten();
    closeTop();
  }

  /** The children of a paragraph; elements opened in it end in it. */
  function inline(children: readonly Token[], owner: Token): Token[] {
    const block = writer.out;
    writer.out = [];
    enter();
    writer.line = lineOf(owner, writer.line);
    const unclosed = new Set<string>();
    for (let index = 0; index < children.length; index++) {
      const child = children[index];
      if (!child) continue;
      if (child.type === "softbreak" || child.type === "hardbreak") writer.line++;
      if (child.type !== "html_inline") {
        if (child.nesting < 0) leave();
        if (child.type === "link_open") closeLink();
        writer.out.push(child);
        if (child.nesting > 0) enter();
        continue;
      }
      TAG.lastIndex = 0;
      const tag = TAG.exec(child.content);
      if (!tag) {
        if (MORE.test(child.content)) writer.out.push(makeToken("more", "", 0));
      } else if (tagPiece(tag, "phrasing") === "silenced" && tag[2] && !unclosed.has(tag[2])) {
        const end = findEnd(children, index, tag[2]);
        if (end < 0) unclosed.add(tag[2]);
        else index = end;
      }
    }
    leave();
    const shaped = writer.out;
    writer.out = block;
    return shaped;
  }

  /** A Markdown link ends the author's `<a>` around it, as a browser would. */
  function closeLink(): void {
    const barrier = frames.findLastIndex((frame) => frame.name === undefined);
    const index = frames.findLastIndex((frame) => frame.name === "a");
    if (index > barrier) while (frames.length > index) closeForgotten();
  }
}

function findEnd(children: readonly Token[], index: number, name: string): number {
  const closing = `</${name.toLowerCase()}`;
  for (let at = index + 1; at < children.length; at++) {
    const child = children[at];
    if (child?.type === "html_inline" && child.content.toLowerCase().startsWith(closing)) return at;
  }
  return -1;
}
