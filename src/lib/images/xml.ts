import { ImageRefused } from "./refused.ts";

export interface Element {
  name: string;
  attributes: Map<string, string>;
  children: (Element | string)[];
}

const maxDepth = 100;
const maxElements = 50_000;

// Sticky alternatives, each of which can be matched in one way only, so that time stays linear in the text.
const token =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<!DOCTYPE[^[\]<>]*>|<\/([\w:.-]+)\s*>|<([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Reads a small, strict subset of XML 1.0: no entities beyond the five predefined and numeric ones, no internal subset,
 * nothing that is not well-formed. Whoever writes the tree out again decides what survives. Throws ImageRefused.
 */
export function parseXml(text: string): Element {
  // eslint-disable-next-line no-control-regex -- These are the very characters that XML forbids.
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) throw malformed();
  if (text.includes("<!ENTITY")) throw new ImageRefused("The SVG declares entities, which are not allowed.");
  const root: Element = { name: "", attributes: new Map(), children: [] };
  const open = [root];
  let elements = 0;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    const parent = open.at(-1);
    if (!match || !parent) throw malformed();
    const [, cdata, closing, opening, attributes = "", empty, plain] = match;
    if (cdata !== undefined) parent.children.push(cdata);
    if (plain !== undefined) parent.children.push(decode(plain));
    if (closing !== undefined && (open.length < 2 || open.pop()?.name !== closing)) throw malformed();
    if (opening === undefined) continue;
    elements += 1;
    if (open.length > maxDepth || elements > maxElements) throw new ImageRefused("The SVG has too many elements.");
    const element = { name: opening, attributes: readAttributes(attributes), children: [] };
    parent.children.push(element);
    if (empty !== "/") open.push(element);
  }
  const [element, ...others] = root.children.filter((child) => typeof child !== "string" || child.trim() !== "");
  if (open.length !== 1 || typeof element !== "object" || others.length > 0) throw malformed();
  return element;
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single] of text.matchAll(attribute)) {
    // A parser that kept the first and one that kept the last would see two documents.
    if (attributes.has(name)) throw malformed();
    attributes.set(name, decode(double ?? single ?? ""));
  }
  return attributes;
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{1,8}));|&/gi, (_, hex, decimal, name) => {
    if (name !== undefined && Object.hasOwn(entities, name)) return entities[name] ?? "";
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    if (!isCharacter(code)) throw new ImageRefused("The SVG uses an entity, which is not allowed.");
    return String.fromCodePoint(code);
  });
}

/** XML 1.0, production 2: no control characters, no halves of a pair. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

/** Writes a tree so that every parser reads the same one. */
export function writeXml(node: Element | string): string {
  if (typeof node === "string") return encode(node);
  const attributes = Array.from(node.attributes, ([name, value]) => ` ${name}="${encode(value)}"`).join("");
  const content = node.children.map(writeXml).join("");
  return content === "" ? `<${node.name}${attributes}/>` : `<${node.name}${attributes}>${content}</${node.name}>`;
}

function encode(text: string): string {
  return text.replace(/[<>&"\p{Cc}]/gu, (character) =>
    character === "\n" || character === "\t" ? character : `&#${character.codePointAt(0)};`,
  );
}

function malformed(): ImageRefused {
  return new ImageRefused("The SVG is not well-formed XML.");
}
