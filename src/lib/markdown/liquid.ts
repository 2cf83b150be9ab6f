import type { MarkdownIt, StateBlock, StateInline, Token } from "markdown-it";
import type { Attributes } from "./attributes.ts";
import { parseAttributes } from "./attributes.ts";
import { contextOf, report, spend, type Context } from "./context.ts";
import { lineOf, lineText, makeToken } from "./tokens.ts";

const INTERRUPTS = { alt: ["paragraph", "reference", "blockquote", "list"] };
const RAW = /\{%-?[ \t]*(end)?raw[ \t]*-?%\}/y;
const RAW_LINE = /^\{%-?[ \t]*(end)?raw[ \t]*-?%\}$/;
const END_HIGHLIGHT = /^\{%-?[ \t]*endhighlight[ \t]*-?%\}$/;

/**
 * The Liquid tags that Markdown files carry: `{% raw %}`, `{% highlight %}` and `{% img %}`. Anything else between
 * `{% %}` or `{{ }}` stays as it is written, untouched by emphasis and typographic quotes.
 */
export function liquidPlugin(md: MarkdownIt): void {
  md.block.ruler.before("fence", "liquid", liquidLine, INTERRUPTS);
  md.inline.ruler.before("escape", "liquid", liquidInline);
  md.core.ruler.after("inline", "liquid", (state) => {
    for (const block of state.tokens) {
      for (const token of block.children ?? []) {
        const raw = token.type === "code_inline" && token.content.includes("endraw");
        if (raw) token.content = withoutRaw(token.content, "").trimEnd();
      }
    }
  });
  md.renderer.rules["liquid"] = (tokens, index) => md.utils.escapeHtml(tokens[index]?.content ?? "");
  md.renderer.rules["liquid_raw"] = () => "";
}

function liquidLine(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const line = lineText(state, startLine);
  if (!line?.startsWith("{%")) return false;
  const raw = RAW_LINE.exec(line);
  const tag = raw ? undefined : readTag(line);
  if (!raw && tag?.name !== "highlight" && tag?.name !== "img") return false;
  if (silent) return true;
  if (raw) {
    state.tokens.push(
      makeToken("liquid_raw", "", 0, { block: true, info: raw[1] ?? "", map: [startLine, startLine + 1] }),
    );
    state.line = startLine + 1;
  } else if (tag?.name === "img") pushImage(state, startLine, tag.parameters);
  else pushHighlight(state, startLine, endLine, tag?.parameters ?? "");
  return true;
}

/** `{% name parameters %}`, taken apart without a regular expression that would try every blank of a long line. */
function readTag(line: string): { name: string; parameters: string } | undefined {
  if (!line.endsWith("%}")) return undefined;
  const inner = line.slice(2, -2).replace(/^-/, "").replace(/-$/, "").trim();
  const name = /^\w+/.exec(inner)?.[0] ?? "";
  return { name, parameters: inner.slice(name.length) };
}

function pushHighlight(state: StateBlock, startLine: number, endLine: number, parameters: string): void {
  let closing = startLine + 1;
  while (closing < endLine && !END_HIGHLIGHT.test(lineText(state, closing) ?? "")) closing++;
  const content = state.getLines(startLine + 1, closing, state.sCount[startLine] ?? 0, true);
  const map: [number, number] = [startLine, Math.min(closing + 1, endLine)];
  state.tokens.push(
    makeToken("fence", "code", 0, { block: true, info: parameters.trim(), content, map, level: state.level }),
  );
  if (closing >= endLine)
    report(contextOf(state.env), startLine + 1, "{% highlight %} is never closed with {% endhighlight %}.");
  state.line = map[1];
}

/** `{% img path/or/url alt="…" caption="…" attribution="…" class="wide" border zoom %}` */
function pushImage(state: StateBlock, startLine: number, parameters: string): void {
  const src = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/.exec(parameters);
  const address = src?.[1] ?? src?.[2] ?? src?.[3] ?? "";
  const list = parseAttributes(`{${parameters.slice(src?.[0].length ?? 0)}}`, 0)?.attributes;
  const context = contextOf(state.env);
  const map: [number, number] = [startLine, startLine + 1];
  if (!list) report(context, startLine + 1, "The parameters of {% img %} cannot be read.");
  const image = makeToken("image", "img", 0, { children: [] });
  image.attrs = [
    ["src", state.md.normalizeLink(address)],
    ["alt", list?.values.get("alt") ?? ""],
  ];
  if (list) context.attributes.set(image, withClasses(list));
  const inline = makeToken("inline", "", 0, { block: true, map, children: [image], level: state.level + 1 });
  state.tokens.push(makeToken("paragraph_open", "p", 1, { block: true, map, level: state.level }), inline);
  state.tokens.push(makeToken("paragraph_close", "p", -1, { block: true, level: state.level }));
  state.line = startLine + 1;
}

function withClasses(list: Attributes): Attributes {
  return { ...list, classes: [...list.classes, ...(list.values.get("class") ?? "").split(/\s+/).filter(Boolean)] };
}

function liquidInline(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== "{" || (src[pos + 1] !== "%" && src[pos + 1] !== "{")) return false;
  spend(state.env, 5);
  RAW.lastIndex = pos;
  const raw = RAW.exec(src);
  if (raw) {
    if (!silent) state.push("liquid_raw", "", 0).info = raw[1] ?? "";
    state.pos = pos + raw[0].length;
    return true;
  }
  const end = src.slice(pos, pos + 1000).indexOf(src[pos + 1] === "%" ? "%}" : "}}");
  if (end < 0 || src.slice(pos, pos + end).includes("\n\n")) return false;
  if (!silent) state.push("liquid", "", 0).content = src.slice(pos, pos + end + 2);
  state.pos = pos + end + 2;
  return true;
}

/** Tells about tags that nobody will fill in. Between `{% raw %}` and `{% endraw %}` they are meant to be seen. */
export function checkLiquid(tokens: readonly Token[], context: Context): void {
  let raw = false;
  let line = 1;
  const visit = (token: Token): void => {
    if (token.type === "liquid_raw") raw = token.info !== "end";
    if (token.type === "liquid" && !raw) {
      const name = /^\{[%{]-?\s*([\w.]*)/.exec(token.content)?.[1] ?? "";
      report(
        context,
        line,
        `Nothing fills in ${token.content.startsWith("{%") ? `the tag {% ${name} %}` : `{{ ${name} }}`}; it is shown as it stands.`,
      );
    }
  };
  for (const token of tokens) {
    line = lineOf(token, line);
    visit(token);
    for (const child of token.children ?? []) visit(child);
  }
}

const TEACHES_LIQUID = /^(?:liquid|markdown|md|text|plain|jinja2?|django|htmldjango|twig)\b/;
const RAW_ANYWHERE = /\{%-?[ \t]*(?:end)?raw[ \t]*-?%\}[ \t]*\n?/g;
const RAW_FIRST = /^\{%-?[ \t]{0,9}raw[ \t]{0,9}-?%\}(?:[ \t]{0,9}\n)?/;
const RAW_LAST = /\n?\{%-?[ \t]{0,9}endraw[ \t]{0,9}-?%\}$/;

/** Code without the `{% raw %}` a Jekyll site needed around it. Languages that have such a tag keep it inside. */
export function withoutRaw(code: string, language: string): string {
  if (!code.includes("raw")) return code;
  const trimmed = code.trim();
  const first = RAW_FIRST.exec(trimmed)?.[0];
  const last = RAW_LAST.exec(trimmed.slice(-60))?.[0];
  if (first && last && !/^(?:liquid|markdown|md)\b/.test(language)) {
    return `${trimmed.slice(first.length, -last.length).trimEnd()}\n`;
  }
  if (TEACHES_LIQUID.test(language)) return code;
  return code.replace(RAW_ANYWHERE, "");
}
