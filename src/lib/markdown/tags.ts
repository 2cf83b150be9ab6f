import sanitizeHtml from "sanitize-html";
import { isSafeImage, isSafeLink } from "./links.ts";

/** Elements an author may write, by the element that reaches the page. */
const PHRASING = new Set(
  "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u var wbr".split(
    " ",
  ),
);
const FLOW = new Set(
  "blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody td tfoot th thead tr ul".split(
    " ",
  ),
);
const VOID = new Set(["br", "col", "hr", "img", "wbr"]);
const RENAMED = new Map([
  ["acronym", "abbr"],
  ["big", "span"],
  ["font", "span"],
  ["strike", "s"],
  ["tt", "code"],
  ...["address", "article", "aside", "center", "footer", "header", "main", "nav", "section"].map(
    (name) => [name, "div"] as const,
  ),
]);
/** Real elements that a page may not have. Their text stays; other names are taken for text such as `List<String>`. */
const REFUSED = new Set(
  (
    "applet area audio base basefont bgsound body button canvas data datalist dialog embed fieldset form frame frameset head html " +
    "iframe input keygen label legend link map marquee math menu meta meter nobr noembed noframes noscript object optgroup option " +
    "output param picture plaintext progress script select slot source style svg template textarea title track video xmp"
  ).split(" "),
);
/** Of these the content goes too: it is no text, or only a substitute. */
const SILENCED = new Set(
  "applet audio canvas head iframe math noembed noframes noscript object script select style svg template textarea title video xmp".split(
    " ",
  ),
);

export type Verdict = "phrasing" | "flow" | "refused" | "silenced" | "unknown";

export function judgeElement(written: string): { name: string; verdict: Verdict; isVoid: boolean } {
  const lower = written.toLowerCase();
  const name = RENAMED.get(lower) ?? lower;
  const isVoid = VOID.has(name);
  if (PHRASING.has(name)) return { name, verdict: "phrasing", isVoid };
  if (FLOW.has(name)) return { name, verdict: "flow", isVoid };
  if (SILENCED.has(name)) return { name, verdict: "silenced", isVoid };
  return { name, verdict: REFUSED.has(name) ? "refused" : "unknown", isVoid };
}

export function isPhrasing(name: string): boolean {
  return PHRASING.has(name);
}

export const AUTHOR_CLASSES = ["narrow", "wide", "full", "border", "left", "center", "right"];

const RULES: sanitizeHtml.IOptions = {
  allowedTags: [...PHRASING, ...FLOW],
  allowedAttributes: {
    "*": ["id", "class", "title", "lang", "dir"],
    a: ["href", "name"],
    col: ["span"],
    colgroup: ["span"],
    details: ["open"],
    img: ["src", "alt", "width", "height"],
    li: ["value"],
    ol: ["start", "reversed"],
    td: ["colspan", "rowspan", "align"],
    th: ["colspan", "rowspan", "align", "scope"],
    time: ["datetime"],
  },
  allowedClasses: { "*": AUTHOR_CLASSES },
  allowedSchemes: ["http", "https", "mailto", "tel"],
  allowedSchemesByTag: { img: ["http", "https"] },
};
const NUMERIC = new Set(["span", "width", "height", "value", "start", "colspan", "rowspan"]);
const NUMBER = /^-?\d{1,4}$/;

// Tags repeat (`<td align="right">`), and what the judge says depends on nothing but the tag.
const judged = new Map<string, ReadonlyMap<string, string>>();
const MAX_JUDGED = 5000;

/**
 * The attributes of a tag that may reach the page.
 *
 * sanitize-html looks at one tag at a time, so a page pays for the tags its author wrote, never for our own markup. That is
 * enough because nothing of the author's bytes is copied: the element comes from the lists above, the attributes are read
 * back from sanitize-html's own output and written anew, `html.ts` nests the elements, and all text is escaped.
 */
export function judgeAttributes(name: string, attributes: string): ReadonlyMap<string, string> {
  if (!attributes.trim()) return new Map();
  const tag = `<${name} ${attributes.trim()}>`;
  let allowed = judged.get(tag);
  if (!allowed) {
    allowed = readAttributes(name, sanitizeHtml(tag, RULES));
    if (judged.size >= MAX_JUDGED) judged.clear();
    if (tag.length < 500) judged.set(tag, allowed);
  }
  return allowed;
}

const ATTRIBUTE = / ([a-z]+)(?:="([^"]*)")?/g;

function readAttributes(name: string, sanitized: string): Map<string, string> {
  const allowed = new Map<string, string>();
  const tag = sanitized.slice(0, sanitized.indexOf(">"));
  for (const [, key = "", escaped = ""] of tag.matchAll(ATTRIBUTE)) {
    const value = escaped
      .replaceAll("&quot;", '"')
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&");
    if (NUMERIC.has(key) && !NUMBER.test(value)) continue;
    if (key === "dir" && !/^(?:ltr|rtl|auto)$/.test(value)) continue;
    if (key === "scope" && !/^(?:row|col|rowgroup|colgroup)$/.test(value)) continue;
    if (key === "href" && !isSafeLink(value)) continue;
    if (key === "src" && !isSafeImage(value)) continue;
    if (key === "align" && /^(?:left|center|right)$/.test(value)) allowed.set("class", value);
    else if (key === "name") allowed.set("id", allowed.get("id") ?? value);
    else if (key !== "align") allowed.set(key, value);
  }
  if (name === "a" && !allowed.has("href")) allowed.delete("title");
  return allowed;
}
