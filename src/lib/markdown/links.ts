import type { Token } from "markdown-it";
import type { Context, MarkdownOptions } from "./context.ts";
import { toId } from "./headings.ts";
import { attribute, endOf, lineOf, plainText } from "./tokens.ts";

const LINK_SCHEMES = new Set(["http", "https", "mailto", "tel"]);
const IMAGE_SCHEMES = new Set(["http", "https"]);

/** The scheme of an address in lower case, as a browser finds it (WHATWG URL: it drops controls and blanks first). */
function schemeOf(address: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\p{C}\p{Z}]/gu, ""))?.[1]?.toLowerCase();
}

export function isSafeLink(href: string): boolean {
  const scheme = schemeOf(href);
  return scheme === undefined || LINK_SCHEMES.has(scheme);
}

export function isSafeImage(src: string): boolean {
  const scheme = schemeOf(src);
  return scheme === undefined || IMAGE_SCHEMES.has(scheme);
}

/** An address of another host. Without `site` every absolute address is one. */
export function isOutside(href: string, site: string | undefined): boolean {
  if (!/^(?:https?:)?[/\\]{2}/i.test(href.trim())) return false;
  if (!site) return true;
  const own = site.replace(/\/$/, "").toLowerCase();
  const rest = href.toLowerCase().startsWith(own) ? href.slice(own.length) : undefined;
  return rest === undefined || !/^(?:[/?#]|$)/.test(rest);
}

/** The attributes of an author's link: where it leads now, and no window handle for other people's pages. */
export function linkAttributes(href: string, options: MarkdownOptions): { href: string; rel?: "noopener" } {
  const mapped = options.link?.(href) ?? href;
  const safe = isSafeLink(mapped) ? mapped : "";
  return isOutside(safe, options.site) ? { href: safe, rel: "noopener" } : { href: safe };
}

/** Notes every link of the page, points it where it leads now, and marks those that leave the site. */
export function shapeLinks(tokens: readonly Token[], context: Context): void {
  let line = 1;
  for (const token of tokens) {
    line = lineOf(token, line);
    if (token.type === "html_open" && token.tag === "a") shapeLink(token, "", line, context);
    let childLine = line;
    for (const [index, child] of (token.children ?? []).entries()) {
      if (child.type === "softbreak" || child.type === "hardbreak") childLine++;
      const opens = child.type === "link_open" || (child.type === "html_open" && child.tag === "a");
      if (opens) shapeLink(child, textOfLink(token.children ?? [], index), childLine, context);
    }
  }
}

/** `#1-setup` leads to the heading "1. Setup", whose id had to begin with a letter. */
function ownFragment(href: string, context: Context): string {
  const id = toId(decodeFragment(href.slice(1)));
  return context.ids.has(id) ? `#${encodeURI(id)}` : href;
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function textOfLink(children: readonly Token[], open: number): string {
  return plainText(children.slice(open + 1, endOf(children, open) - 1)).trim();
}

function shapeLink(link: Token, text: string, line: number, context: Context): void {
  const href = attribute(link, "href");
  if (href === undefined) return;
  context.links.push({ href, text, line });
  const { href: target, rel } = linkAttributes(
    href.startsWith("#") ? ownFragment(href, context) : href,
    context.options,
  );
  link.attrSet("href", target);
  if (rel) link.attrSet("rel", rel);
}
