import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { openSync } from "fontkit";

const css = readFileSync(new URL("./fonts.css", import.meta.url), "utf8");

// Mean advance in em of English text: frequency of letters and spaces in parts of a hundred.
const frequency = Object.entries({
  " ": 18.29,
  e: 10.27,
  t: 7.51,
  a: 6.53,
  o: 6.16,
  n: 5.71,
  i: 5.67,
  s: 5.32,
  r: 4.99,
  h: 4.98,
  l: 3.32,
  d: 3.28,
  u: 2.28,
  c: 2.23,
  m: 2.03,
  f: 1.98,
  w: 1.7,
  g: 1.62,
  p: 1.5,
  y: 1.43,
  b: 1.26,
  v: 0.8,
  k: 0.56,
  x: 0.14,
  j: 0.1,
  q: 0.08,
  z: 0.05,
});

// The mean advance of the system faces by the same count; the Liberation faces have the very widths of Microsoft's.
const system = { "Times New Roman": 0.39835, "Times New Roman Italic": 0.39999, Arial: 0.43963, Menlo: 0.60205 };

const pairs = [
  ["Source Serif Fallback", "Times New Roman", "source-serif-4/files/source-serif-4-latin-wght-normal.woff2"],
  ["Source Serif Fallback", "Times New Roman Italic", "source-serif-4/files/source-serif-4-latin-wght-italic.woff2"],
  ["Inter Fallback", "Arial", "inter/files/inter-latin-wght-normal.woff2"],
  ["JetBrains Mono Fallback", "Menlo", "jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2"],
] as const;

for (const [family, local, file] of pairs) {
  test(`${local} stands in for ${file.split("/")[0]} without moving a line`, () => {
    const face = [...css.matchAll(/@font-face \{(.+?)\}/gs)]
      .map((match) => match[1] ?? "")
      .find((rules) => rules.includes(`"${family}"`) && rules.includes(`local("${local}")`));
    const font = metrics(file);
    const scale = font.advance / system[local];
    near(percent(face, "size-adjust"), scale);
    near(percent(face, "ascent-override"), font.ascent / scale);
    near(percent(face, "descent-override"), font.descent / scale);
    near(percent(face, "line-gap-override"), 0);
  });
}

function metrics(file: string): { advance: number; ascent: number; descent: number } {
  const font = openSync(createRequire(import.meta.url).resolve(`@fontsource-variable/${file}`));
  assert.ok("glyphForCodePoint" in font);
  const total = frequency.reduce((sum, [, count]) => sum + count, 0);
  const width = frequency.reduce((sum, [letter, count]) => {
    return sum + font.glyphForCodePoint(letter.codePointAt(0) ?? 0).advanceWidth * count;
  }, 0);
  const em = font.unitsPerEm;
  return { advance: width / total / em, ascent: font.ascent / em, descent: -font.descent / em };
}

function percent(rules: string | undefined, name: string): number {
  const value = new RegExp(`${name}: ([\\d.]+)%`).exec(rules ?? "")?.[1];
  assert.ok(value, `${name} is missing`);
  return Number(value) / 100;
}

function near(found: number, wanted: number): void {
  assert.ok(Math.abs(found - wanted) < 0.001, `${(found * 100).toFixed(2)}% should be ${(wanted * 100).toFixed(2)}%`);
}
