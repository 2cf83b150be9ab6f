import { readHeader } from "./header.ts";
import { ImageRefused } from "./refused.ts";
import { parseXml, writeXml } from "./xml.ts";
import type { Element } from "./xml.ts";

export interface Svg {
  bytes: Buffer;
  width: number;
  height: number;
}

const maxSvgBytes = 2_000_000;

/**
 * Makes an SVG that can do nothing but be looked at: known drawing elements, no scripts, handlers, foreign markup,
 * animation or entities, references only into itself, and a size. Cleaning twice changes nothing. Still, serve it with
 * `svgPolicy` and nosniff. Throws ImageRefused when it is not well-formed, too large, or a bomb.
 */
export function cleanSvg(bytes: Uint8Array): Svg {
  if (bytes.length > maxSvgBytes) throw new ImageRefused("The SVG is larger than 2 MB.");
  const root = parseXml(decodeUtf8(bytes));
  if (root.name !== "svg") throw new ImageRefused("The file is not a picture.");
  cleanElement(root);
  const drawn = sizeOf(root);
  const { width, height } = fitted(drawn);
  root.attributes = new Map([
    ["xmlns", "http://www.w3.org/2000/svg"],
    ["viewBox", `0 0 ${drawn.width} ${drawn.height}`],
    ...root.attributes,
    ["width", String(width)],
    ["height", String(height)],
  ]);
  refuseBomb(root);
  return { bytes: Buffer.from(`${writeXml(root)}\n`), width, height };
}

/** The Content-Security-Policy under which a cleaned SVG is served. */
export const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ImageRefused("The SVG is not UTF-8 text.");
  }
}

const drawing = new Set(
  `svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath image
   linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix feComponentTransfer
   feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
   feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight
   feTile feTurbulence`.split(/\s+/),
);

function cleanElement(element: Element): void {
  element.attributes = new Map(Array.from(element.attributes).flatMap(([name, value]) => cleanAttribute(name, value)));
  element.children = element.children.flatMap((child) => {
    if (typeof child === "string") return [child];
    // A link draws what it contains.
    if (child.name !== "a" && !drawing.has(child.name)) return [];
    cleanElement(child);
    if (child.name === "a") return child.children;
    return child.name === "style" && !isSafeCss(textOf(child)) ? [] : [child];
  });
  if (element.name === "style") element.children = [textOf(element)];
}

function cleanAttribute(name: string, value: string): [name: string, value: string][] {
  if (name === "href" || name === "xlink:href") return isInside(value) ? [["href", value]] : [];
  // Words, which style nothing, may say anything.
  if (/^(?:id|class|lang|role|xml:lang|xml:space|(?:aria|data)-[a-z-]+)$/.test(name)) return [[name, value]];
  const isKnown = /^(?!on)[a-z][a-z\d-]*$/i.test(name) && name !== "xmlns";
  return isKnown && isSafeCss(value) ? [[name, value]] : [];
}

const picture = /^data:image\/(?:png|jpeg|gif|webp);base64,([A-Za-z\d+/=\s]*)$/;

function isInside(href: string): boolean {
  if (href.startsWith("#")) return true;
  const [, base64] = picture.exec(href) ?? [];
  if (base64 === undefined) return false;
  readHeader(Buffer.from(base64, "base64"));
  return true;
}

// Functions and rules that load, and the escapes that could hide their names.
const loading =
  /\\|@import|@namespace|@charset|expression\s*\(|image\s*\(|image-set|cross-fade|src\s*\(|attr\s*\(|-moz-binding|behavior\s*:|javascript:/i;
const reference =
  /url\s*\((?!\s*["']?\s*(?:#|data:(?:font|application\/(?:x-)?font)[\w/-]*(?:;charset=[\w-]+)?;base64,))/i;

/** Whether a style sheet or a presentation attribute refers to nothing but its own document and fonts within it. */
function isSafeCss(text: string): boolean {
  return !loading.test(text) && !reference.test(text);
}

function textOf(element: Element): string {
  return element.children.map((child) => (typeof child === "string" ? child : "")).join("");
}

const unitPixels: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
};

/** Its size in CSS pixels: as written, else from the view box, else what browsers take for a picture without a size. */
function sizeOf(root: Element): { width: number; height: number } {
  const box = (root.attributes.get("viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [, , boxWidth = 0, boxHeight = 0] = box.length === 4 && box.every(Number.isFinite) ? box : [];
  let width = lengthOf(root.attributes.get("width"));
  let height = lengthOf(root.attributes.get("height"));
  if (boxWidth > 0 && boxHeight > 0) {
    width ??= height === undefined ? boxWidth : (height * boxWidth) / boxHeight;
    height ??= (width * boxHeight) / boxWidth;
  }
  return { width: Math.max(1, Math.round(width ?? 300)), height: Math.max(1, Math.round(height ?? 150)) };
}

const longestSide = 4000;

/** Posters are drawn in metres; on a page a drawing is as large as its place, and only its proportions count. */
function fitted({ width, height }: { width: number; height: number }) {
  const factor = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

function lengthOf(text: string | undefined): number | undefined {
  const [, value, unit = ""] = /^\s*\+?(\d*\.?\d+)\s*([a-z]*)\s*$/.exec(text ?? "") ?? [];
  const pixels = unitPixels[unit];
  const length = value === undefined || pixels === undefined ? 0 : Number(value) * pixels;
  return length > 0 ? length : undefined;
}

const maxDrawn = 100_000;

/** A few elements that use each other ten times over draw billions: counts what would be drawn. */
function refuseBomb(root: Element): void {
  const byId = new Map<string, Element>();
  const sheets: string[] = [];
  visit(root, (element) => {
    const id = element.attributes.get("id");
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
    if (element.name === "style") sheets.push(textOf(element));
  });
  // A style sheet may apply its references to anything, so they count for every element.
  const everywhere = sheets.flatMap(idsIn);
  const known = new Map<Element, number>();

  const count = (element: Element, depth: number): number => {
    const before = known.get(element);
    if (before !== undefined) return before;
    if (depth > 500) throw bomb();
    // Whoever refers to itself is not drawn again.
    known.set(element, 0);
    let drawn = 1;
    for (const child of element.children) if (typeof child !== "string") drawn += count(child, depth + 1);
    for (const id of [...Array.from(element.attributes.values()).flatMap(idsIn), ...everywhere]) {
      const target = byId.get(id);
      if (target) drawn += count(target, depth + 1);
    }
    if (drawn > maxDrawn) throw bomb();
    known.set(element, drawn);
    return drawn;
  };
  count(root, 0);
}

function idsIn(text: string): string[] {
  if (text.startsWith("#")) return [text.slice(1)];
  if (!text.includes("#")) return [];
  return Array.from(text.matchAll(/url\s*\(\s*["']?#([^"')]+)/gi), ([, id = ""]) => id.trim());
}

function visit(element: Element, see: (element: Element) => void): void {
  see(element);
  for (const child of element.children) if (typeof child !== "string") visit(child, see);
}

function bomb(): ImageRefused {
  return new ImageRefused("The SVG draws far more than it contains.");
}
