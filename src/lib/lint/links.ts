import { toId } from "../markdown/markdown.ts";
import { columnOf } from "./column.ts";
import type { Article, Facts, Found, Rule } from "./finding.ts";

/** Links that lead nowhere: on the page, on the site, and elsewhere as far as the last look there knows. */
export const links: Rule = (article, facts) =>
  article.links.flatMap(({ href, line }): Found[] => {
    const found = judge(href, article, facts);
    return found === undefined ? [] : [{ ...found, line, column: columnOf(article.lines, line, decode(href)) }];
  });

type Judgement = Pick<Found, "severity" | "message">;

function judge(href: string, article: Article, facts: Facts): Judgement | undefined {
  if (href === "") return { severity: "error", message: "This link has no address." };
  if (/^https?:\/\//i.test(href)) return judgeOutside(href, facts);
  const [address = "", fragment = ""] = href.split("#", 2);
  const path = decode(address.replace(/\?.*$/, ""));
  if (path === "" || path === facts.path) return judgeAnchor(fragment, "this page", article.anchors);
  if (!path.startsWith("/") || path.startsWith("//")) return undefined;
  return judgeInside(path, fragment, facts);
}

function judgeOutside(href: string, { broken = {} }: Facts): Judgement | undefined {
  const address = href.replace(/#.*$/, "");
  const problem = Object.hasOwn(broken, address) ? broken[address] : undefined;
  return problem === undefined ? undefined : { severity: "warning", message: `${address} is broken. ${problem}` };
}

function judgeInside(path: string, fragment: string, facts: Facts): Judgement | undefined {
  const { entries, reserved = [] } = facts;
  if (entries === undefined || path === "/" || reserved.includes(path.split("/")[1] ?? "")) return undefined;
  const page = `${path}/`.replace(/\/{2,}$/, "/").replace(/\.md\/$/, "/");
  const entry = Object.hasOwn(entries, page) ? entries[page] : undefined;
  if (entry === undefined) return { severity: "error", message: `Nothing on this site has the address ${path}.` };
  if (!entry.isPublic) {
    return { severity: "warning", message: `${path} is not public yet: readers who follow this link find nothing.` };
  }
  return entry.anchors === undefined ? undefined : judgeAnchor(fragment, path, entry.anchors);
}

function judgeAnchor(fragment: string, page: string, anchors: readonly string[]): Judgement | undefined {
  const wanted = decode(fragment);
  // The page itself has its places too.
  if (wanted === "" || wanted === "top" || wanted.startsWith("site-")) return undefined;
  if (anchors.includes(wanted) || anchors.includes(toId(wanted))) return undefined;
  return { severity: "error", message: `There is no section #${wanted} on ${page}.` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
