import type { Env, MarkdownIt, StateCore, Token } from "markdown-it";
import { spend } from "./context.ts";
import { makeToken } from "./tokens.ts";

const START = /(?:https?:\/\/|www\.)/gi;
// The lengths that DNS and SMTP allow (RFC 1035, RFC 5321), so that no search runs to the end of a long text.
const MAX_DOMAIN = 255;
const MAX_LOCAL = 64;

/**
 * GFM's extended autolinks (spec 0.29, section 6.9): `http://…`, `https://…`, `www.…` and email addresses in text.
 * markdown-it's linkifier also makes links of `math.py` and `README.md`, which are file names in every tutorial.
 */
export function autolinksPlugin(md: MarkdownIt): void {
  md.core.ruler.after("inline", "autolinks", (state: StateCore) => {
    for (const block of state.tokens) {
      if (block.type === "inline" && block.children) block.children = linkAll(block.children, md, state.env);
    }
  });
}

function linkAll(children: readonly Token[], md: MarkdownIt, env: Env): Token[] {
  const kept: Token[] = [];
  let links = 0;
  for (const token of joined(children)) {
    if (token.type === "link_open") links++;
    if (token.type === "link_close") links--;
    if (token.type === "html_inline" && /^<a[\s>]/i.test(token.content)) links++;
    if (token.type === "html_inline" && /^<\/a\s*>/i.test(token.content)) links = Math.max(0, links - 1);
    if (token.type !== "text" || links > 0) kept.push(token);
    else linkText(token, kept, md, env);
  }
  return kept;
}

/** Adjacent text, which brackets and the like have cut in pieces, as one. Escaped characters stay apart. */
function* joined(children: readonly Token[]): Generator<Token> {
  let text: Token | undefined;
  for (const token of children) {
    if (token.type === "text" && text) text.content += token.content;
    else {
      if (text) yield text;
      text = token.type === "text" ? token : undefined;
      if (!text) yield token;
    }
  }
  if (text) yield text;
}

interface Found {
  start: number;
  end: number;
  href: string;
}

function linkText(token: Token, kept: Token[], md: MarkdownIt, env: Env): void {
  const text = token.content;
  if (!text.includes("@") && !/:\/\/|www\./i.test(text)) {
    kept.push(token);
    return;
  }
  let position = 0;
  for (const { start, end, href } of findLinks(text)) {
    spend(env, 5);
    if (start < position || !md.validateLink(href)) continue;
    if (start > position) kept.push(makeToken("text", "", 0, { content: text.slice(position, start) }));
    kept.push(makeToken("link_open", "a", 1, { attrs: [["href", md.normalizeLink(href)]], info: "auto" }));
    kept.push(makeToken("text", "", 0, { content: text.slice(start, end), info: "auto" }));
    kept.push(makeToken("link_close", "a", -1, { info: "auto" }));
    position = end;
  }
  if (position < text.length) kept.push(makeToken("text", "", 0, { content: text.slice(position) }));
}

function findLinks(text: string): Found[] {
  const found: Found[] = [];
  let covered = 0;
  for (const match of text.matchAll(START)) {
    const start = match.index;
    if (start < covered || !/^$|[\s*_~(]/.test(text[start - 1] ?? "")) continue;
    const domainAt = match[0].includes(":") ? start + match[0].length : start;
    if (!isDomain(/^[\w.-]*/.exec(text.slice(domainAt, domainAt + MAX_DOMAIN))?.[0] ?? "")) continue;
    const end = endOfAddress(text, start);
    const address = text.slice(start, end);
    found.push({ start, end, href: match[0].includes(":") ? address : `http://${address}` });
    covered = end;
  }
  return [...found, ...findEmails(text)].toSorted((one, other) => one.start - other.start);
}

function findEmails(text: string): Found[] {
  const found: Found[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const local = /[A-Za-z0-9._+-]*$/.exec(text.slice(Math.max(0, at - MAX_LOCAL), at))?.[0] ?? "";
    const domain = /^[\w-]*(?:\.[\w-]+)*/.exec(text.slice(at + 1, at + MAX_DOMAIN))?.[0] ?? "";
    if (!local || !domain.includes(".") || /[-_]$/.test(domain)) continue;
    found.push({ start: at - local.length, end: at + 1 + domain.length, href: `mailto:${local}@${domain}` });
  }
  return found;
}

/** A domain has a dot, and no underscore in its last two segments. */
function isDomain(domain: string): boolean {
  const segments = domain.replace(/\.+$/, "").split(".");
  return segments.length > 1 && segments.every(Boolean) && !segments.slice(-2).some((segment) => segment.includes("_"));
}

/** Trailing punctuation, an unmatched `)` and a trailing entity do not belong to an address. */
function endOfAddress(text: string, start: number): number {
  let end = start;
  let opened = 0;
  let closed = 0;
  for (; end < text.length && !/[\s<]/.test(text[end] ?? ""); end++) {
    if (text[end] === "(") opened++;
    if (text[end] === ")") closed++;
  }
  for (; end > start; end--) {
    const last = text[end - 1] ?? "";
    if (last === ")" && closed > opened) closed--;
    else if (last === ";") {
      const entity = /&[A-Za-z0-9]{1,40};$/.exec(text.slice(Math.max(start, end - 42), end));
      if (entity) end -= entity[0].length - 1;
      else return end;
    } else if (!/[?!.,:*_~'"]/.test(last)) break;
  }
  return end;
}
