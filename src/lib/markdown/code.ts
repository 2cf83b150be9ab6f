import type { Token } from "markdown-it";
import { readFence, type Fence } from "./fences.ts";
import { report, type Context } from "./context.ts";
import { grammarOf, highlightLines, loadGrammar, nameOf } from "./highlight.ts";
import { withoutRaw } from "./liquid.ts";
import { readSession, type SessionLine } from "./sessions.ts";
import { escapeHtml } from "./tokens.ts";

// Beyond these sizes code is data: it is shown in plain, so that one page cannot hold a processor for seconds.
const MAX_HIGHLIGHTED = 30_000;
const MAX_HIGHLIGHTED_PAGE = 300_000;
// Highlighting gives way to other requests when it has held the event loop for this many milliseconds.
const BREATH = 20;

const SPECIAL_NAMES = new Map([
  ["output", "Output"],
  ["error", "Error"],
  ["pytb", "Traceback"],
  ["console", "Console"],
  ["shell-session", "Console"],
  ["sh-session", "Console"],
  ["terminal", "Console"],
  ["doscon", "Console"],
  ["pycon", "Python"],
  ["htmldjango", "Django template"],
  ["jinja", "Jinja"],
  ["shellscript", "Shell"],
  ["bash", "Shell"],
  ["sh", "Shell"],
  ["shell", "Shell"],
]);

/** Tells about fences that run to the end of their container because nobody closed them. */
export function checkFences(tokens: readonly Token[], source: string, context: Context): void {
  const lines = source.split("\n");
  for (const { type, markup, map } of tokens) {
    if (type !== "fence" || !markup || !map || lines[map[1] - 1]?.trimEnd().endsWith(markup)) continue;
    report(context, map[0] + 1, `The code that begins with ${markup} is never closed.`);
  }
}

/** Renders every fence of a page into `context.rendered`, loading the grammars it needs first. */
export async function renderFences(fences: readonly Token[], context: Context): Promise<void> {
  let budget = MAX_HIGHLIGHTED_PAGE;
  let started = performance.now();
  for (const token of fences) {
    const fence = readFence(token.info, context.attributes.get(token));
    const code = withoutRaw(token.content, fence.language).replace(/\n$/, "");
    const affordable = code.length <= Math.min(MAX_HIGHLIGHTED, budget);
    if (affordable) budget -= code.length;
    context.rendered.set(token, await renderFence(code, fence, affordable, context));
    if (performance.now() - started > BREATH) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      started = performance.now();
    }
  }
}

const diffs = new Set(["diff", "patch"]);

async function renderFence(code: string, fence: Fence, highlighted: boolean, context: Context): Promise<string> {
  const { language } = fence;
  const session = readSession(code, language);
  const grammar = highlighted ? grammarOf(session?.grammar ?? language) : undefined;
  if (grammar) await loadGrammar(grammar);
  context.features.code = true;
  if (session) context.features.sessions = true;
  const isDiff = diffs.has(language);
  const inner = session
    ? sessionLines(session.lines, grammar)
    : highlightLines(code, isDiff ? undefined : grammar).map((html) => ({ html, text: "", output: false }));
  if (code.length > MAX_HIGHLIGHTED) return frame(escapeHtml(code), fence, false);
  const source = isDiff ? code.split("\n") : [];
  const lines = inner.map(({ html, output }, index) => {
    const number = index + 1;
    const line = source[index] ?? "";
    const classes = ["line"];
    if (fence.marked.has(number)) classes.push("mark");
    if (fence.added.has(number) || (line.startsWith("+") && !line.startsWith("+++"))) classes.push("add");
    if (fence.deleted.has(number) || (line.startsWith("-") && !line.startsWith("---"))) classes.push("del");
    if (output) classes.push("output");
    return `<span class="${classes.join(" ")}">${html}</span>`;
  });
  return frame(lines.join("\n"), fence, Boolean(session));
}

function frame(lines: string, fence: Fence, isSession: boolean): string {
  const { language, title, numbered } = fence;
  const kind = language === "output" ? " output" : language === "error" || language === "pytb" ? " error" : "";
  const printed = SPECIAL_NAMES.get(language) ?? (grammarOf(language) && nameOf(grammarOf(language) ?? "")) ?? "";
  const name = title || (kind ? printed : "");
  const lang = kind || !printed ? "" : printed;
  const label = [lang && `${lang} code`, name].filter(Boolean).join(": ") || "Code";
  return (
    `<code-block class="code${kind}${diffs.has(language) ? " diff" : ""}"${isSession ? " data-session" : ""}><div class="code-bar">` +
    (name ? `<span class="code-name">${escapeHtml(name)}</span>` : "") +
    (lang ? `<span class="code-lang">${escapeHtml(lang)}</span>` : "") +
    `</div><pre class="code-body${numbered ? " numbered" : ""}" tabindex="0" role="group" aria-label="${escapeHtml(label)}"><code>` +
    `${lines}\n</code></pre></code-block>\n`
  );
}

/** The input is highlighted as the language it is, a statement at a time; prompts and output are not. */
function sessionLines(
  lines: readonly SessionLine[],
  grammar: ReturnType<typeof grammarOf>,
): { html: string; output: boolean }[] {
  const rendered: { html: string; output: boolean }[] = [];
  let group: SessionLine[] = [];
  for (const line of lines) {
    const begins = line.output || /^(?:>>>|In|[^.>\s])/.test(line.prompt);
    if (begins) flush();
    if (line.output) rendered.push({ html: escapeHtml(line.text), output: true });
    else group.push(line);
  }
  flush();
  return rendered;

  function flush(): void {
    const html = group.length > 0 ? highlightLines(group.map((line) => line.text).join("\n"), grammar) : [];
    for (const [index, line] of group.entries()) {
      const prompt = line.prompt ? `<span class="prompt">${escapeHtml(line.prompt)}</span>` : "";
      rendered.push({ html: prompt + (html[index] ?? ""), output: false });
    }
    group = [];
  }
}
