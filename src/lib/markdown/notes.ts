import type { MarkdownIt, Env, Token } from "markdown-it";
import { contextOf, report, type Context } from "./context.ts";
import { lineOf } from "./tokens.ts";

/** Numbers the notes in the order in which the finished page refers to them, also from note to note. */
export function numberNotes(tokens: readonly Token[], context: Context): void {
  const queue = [tokens];
  for (const list of queue) {
    for (const token of referencesIn(list)) {
      const known = context.noteOrder.get(token.info);
      const note = known ?? { number: context.noteOrder.size + 1, references: 0 };
      if (!known) queue.push(context.notes.get(token.info) ?? []);
      context.noteOrder.set(token.info, note);
      token.markup = String(++note.references);
    }
  }
}

function* referencesIn(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    for (const child of token.children ?? []) if (child.type === "footnote_ref") yield child;
  }
}

/** Tells about references that have no note, and notes that have no reference. */
export function checkNotes(tokens: readonly Token[], context: Context): void {
  let line = 1;
  for (const token of tokens) {
    line = lineOf(token, line);
    for (const child of token.children ?? []) {
      if (child.type !== "text" || !child.content.includes("[^")) continue;
      for (const [, label] of child.content.matchAll(/\[\^([^\]\s[]{1,200})\]/g))
        report(context, line, `The footnote [^${label}] is not written anywhere.`);
    }
  }
}

/** The list of notes that `tokens` refer to, directly or through another note; empty when there are none. */
export function renderNotes(tokens: readonly Token[], md: MarkdownIt, env: Env): string {
  const context = contextOf(env);
  const references = new Map<string, string[]>();
  const queue = [tokens];
  for (const list of queue) {
    for (const { info, markup } of referencesIn(list)) {
      const known = references.get(info);
      if (known) known.push(markup);
      else {
        references.set(info, [markup]);
        queue.push(context.notes.get(info) ?? []);
      }
    }
  }
  if (references.size === 0) return "";
  const items = [...references].map(([label, marks]) => {
    const number = context.noteOrder.get(label)?.number ?? 0;
    const body = md.renderer.render(context.notes.get(label) ?? [], md.options, env).trimEnd();
    const back = marks.map((mark) => backLink(number, mark)).join("");
    const inside = body.endsWith("</p>") ? `${body.slice(0, -4)}${back}</p>` : `${body}<p>${back.trimStart()}</p>`;
    return { number, html: `<li id="fn${number}" value="${number}">${inside}</li>\n` };
  });
  items.sort((one, other) => one.number - other.number);
  const list = items.map(({ number, html }, index) =>
    number === index + 1 ? html.replace(` value="${number}"`, "") : html,
  );
  return `<section class="footnotes" aria-label="Footnotes"><ol>\n${list.join("")}</ol></section>\n`;
}

function backLink(number: number, mark: string): string {
  const suffix = Number(mark) > 1 ? `-${mark}` : "";
  return ` <a class="footnote-back" href="#fnref${number}${suffix}" aria-label="Back to reference ${number}${suffix}">↩</a>`;
}

/** Text of the notes first referred to in `tokens`, for the section that search finds them in. */
export function notesIn(tokens: readonly Token[], context: Context): Token[] {
  return [...referencesIn(tokens)]
    .filter((token) => token.markup === "1")
    .flatMap((token) => context.notes.get(token.info) ?? []);
}
