import { createRequire } from "node:module";
import { openSync, type Font } from "fontkit";
import sharp from "sharp";
import { config } from "#config.ts";
import { toHex } from "#lib/color.ts";
import { render } from "#lib/jsx/jsx-runtime.ts";
import { Cover } from "#ui/cover.tsx";
import { themeColors } from "#ui/theme-script.ts";

const size = { width: 1200, height: 630 };
const margin = 88;
const strip = 315;
const column = size.width - strip - 2 * margin;

/**
 * Draws the picture by which other sites show an entry, as a PNG of 1200 × 630: its title on paper beside its cover.
 * Letters are drawn as outlines, so the machine needs no fonts; what the reading face cannot write is left out.
 */
export async function drawPreview(entry: { title: string; note: string; topic: string | undefined }): Promise<Buffer> {
  const title = fit(entry.title);
  const top = (size.height - title.lines.length * title.leading) / 2 - 8;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">
    <rect width="100%" height="100%" fill="${themeColors.light}"/>
    ${cover(entry)}
    ${text(config.SITE_NAME, 30, margin, margin + 12, "#5d574e")}
    ${title.lines.map((line, row) => text(line, title.size, margin, top + (row + 0.8) * title.leading, "#211d18")).join("")}
    ${text(entry.note, 28, margin, size.height - margin + 8, "#5d574e")}
  </svg>`;
  return sharp(Buffer.from(svg)).png({ palette: true, effort: 4 }).toBuffer();
}

function cover({ title, topic }: { title: string; topic: string | undefined }): string {
  const drawing = render(Cover({ title, topic })).replace(/oklch\([^)]+\)/g, toHex);
  return drawing.replace(
    /^<svg viewBox="[^"]*"/,
    `<svg x="${size.width - strip}" width="${strip}" height="${size.height}" viewBox="2 0 2 4"`,
  );
}

/** The largest size at which a title fits into four lines. */
function fit(title: string): { lines: string[]; size: number; leading: number } {
  for (const fontSize of [76, 66, 56]) {
    const lines = wrap(title, fontSize);
    if (lines.length <= 4 || fontSize === 56) {
      const shown = lines.length <= 5 ? lines : [...lines.slice(0, 4), `${lines[4]} …`];
      return { lines: shown, size: fontSize, leading: fontSize * 1.18 };
    }
  }
  return { lines: [], size: 0, leading: 0 };
}

function wrap(title: string, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of title.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`, fontSize) <= column)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...breakWord(word, fontSize));
  }
  return lines;
}

function breakWord(word: string, fontSize: number): string[] {
  const parts = [""];
  for (const character of word) {
    const longer = `${parts.at(-1)}${character}`;
    if (widthOf(longer, fontSize) <= column) parts[parts.length - 1] = longer;
    else parts.push(character);
  }
  return parts;
}

function widthOf(words: string, fontSize: number): number {
  const font = readingFace();
  return (font.layout(writable(words)).advanceWidth / font.unitsPerEm) * fontSize;
}

function text(words: string, fontSize: number, x: number, baseline: number, color: string): string {
  const font = readingFace();
  const run = font.layout(writable(words));
  const scale = fontSize / font.unitsPerEm;
  let at = 0;
  const glyphs = run.glyphs.map((glyph, index) => {
    const place = `<path transform="translate(${at})" d="${glyph.path.toSVG()}"/>`;
    at += run.positions[index]?.xAdvance ?? glyph.advanceWidth;
    return place;
  });
  // The outlines are those of the regular weight; a thin stroke makes them hold against the cover.
  const stroke = fontSize > 40 ? ` stroke="${color}" stroke-width="${0.9 / scale}"` : "";
  const matrix = `matrix(${scale} 0 0 ${-scale} ${x} ${baseline})`;
  return `<g transform="${matrix}" fill="${color}"${stroke}>${glyphs.join("")}</g>`;
}

function writable(words: string): string {
  const font = readingFace();
  return words.replace(/./gsu, (letter) => (font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) ? letter : ""));
}

let face: Font | undefined;

function readingFace(): Font {
  if (face !== undefined) return face;
  const name = "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2";
  const opened = openSync(createRequire(import.meta.url).resolve(name));
  if (!("layout" in opened)) throw new Error(`${name} is not a single font.`);
  face = opened;
  return face;
}
