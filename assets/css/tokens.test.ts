import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { themeColors } from "../../src/ui/theme-script.ts";

type Rgb = readonly [number, number, number];
type Theme = "light" | "dark";

const css = ["tokens", "boxes", "code"].map((name) => readFileSync(new URL(`./${name}.css`, import.meta.url), "utf8"));
const tokens = new Map([...(css[0] ?? "").matchAll(/--([\w-]+):\s*light-dark\((.+?\)), (.+?\))\);/g)].map(pair));
const themes = ["light", "dark"] as const;
const everyHue = Array.from({ length: 72 }, (_, index) => index * 5);
const surfaces = ["paper", "raised", "sunken"];
const syntax = ["ink", ...[...tokens.keys()].filter((name) => name.startsWith("code-"))];

test("prose has a contrast of at least 7", () => {
  for (const surface of surfaces) hold("ink", surface, 7);
  hold("ink", "mark", 7);
  hold("ink-soft", "paper", 7);
});

test("a link in prose has a contrast of at least 7, whatever hue the accent has", () => {
  for (const hue of everyHue) hold("accent", "paper", 7, hue);
});

test("everything else has a contrast of at least 4.5", () => {
  for (const surface of surfaces)
    for (const tone of ["ink-soft", "good", "warn", "bad", "info"]) hold(tone, surface, 4.5);
  hold("ink-soft", "mark", 4.5);
  for (const hue of everyHue) {
    for (const surface of ["raised", "sunken", "accent-soft"]) hold("accent", surface, 4.5, hue);
    hold("accent-ink", "accent", 4.5, hue);
    hold("ink-soft", "accent-soft", 4.5, hue);
  }
});

test("code can be read on its ground and on every band", () => {
  for (const role of syntax) for (const ground of ["sunken", "mark"]) hold(role, ground, 4.5);
  for (const [tone, bands] of Object.entries(bandsOf(css[2] ?? ""))) {
    for (const band of bands)
      for (const role of syntax) holdColours(role, color(role, band.theme), band.color, 4.5, tone);
  }
});

test("a callout and its title can be read", () => {
  const grounds = [...(css[1] ?? "").matchAll(/oklch\(from var\(--tone\) ([\d.]+)% ([\d.]+) h\)/g)];
  assert.equal(grounds.length, 4);
  for (const [index, [, lightness, chroma]] of grounds.entries()) {
    const theme = themes[index % 2] ?? "light";
    for (const tone of ["good", "warn", "bad", "info"]) {
      const ground = rgb(Number(lightness), Number(chroma), hueOf(tone, theme));
      holdColours("ink", color("ink", theme), ground, 7, `${tone} ${theme}`);
      holdColours(tone, color(tone, theme), ground, 4.5, `its ground in ${theme}`);
    }
  }
});

test("the edge of a control has a contrast of at least 3", () => {
  for (const surface of surfaces) hold("edge", surface, 3);
});

test("the browser's own bar has the colour of the paper", () => {
  for (const theme of themes) assert.equal(hex(color("paper", theme)), themeColors[theme]);
});

function hold(text: string, ground: string, least: number, hue = 165): void {
  for (const theme of themes) {
    holdColours(text, color(text, theme, hue), color(ground, theme, hue), least, `${ground} in ${theme}, hue ${hue}`);
  }
}

function holdColours(name: string, text: Rgb, ground: Rgb, least: number, where: string): void {
  const found = contrast(text, ground);
  assert.ok(found >= least, `${name} on ${where}: ${found.toFixed(2)}, not ${least}`);
}

/** Grounds that are made of a tone in the style sheet: added and removed lines, errors. */
function bandsOf(sheet: string): Record<string, { theme: Theme; color: Rgb }[]> {
  const bands: Record<string, { theme: Theme; color: Rgb }[]> = {};
  for (const [index, match] of [...sheet.matchAll(/oklch\(from var\(--(\w+)\) ([\d.]+)% ([\d.]+) h\)/g)].entries()) {
    const [, tone = "", lightness, chroma] = match;
    const theme = themes[index % 2] ?? "light";
    const ground = rgb(Number(lightness), Number(chroma), hueOf(tone, theme));
    (bands[`${tone} band ${index}`] ??= []).push({ theme, color: ground });
  }
  assert.equal(Object.keys(bands).length, 6);
  return bands;
}

function pair([, name = "", light = "", dark = ""]: RegExpMatchArray): [string, Record<Theme, string>] {
  return [name, { light, dark }];
}

function parts(name: string, theme: Theme): RegExpExecArray {
  const value = tokens.get(name)?.[theme] ?? "";
  const match = /^oklch\(([\d.]+)% ([\d.]+) ([\d.]+|var\(--accent-hue\))\)$/.exec(value);
  assert.ok(match, `--${name} is not a colour in ${theme}: ${value}`);
  return match;
}

function hueOf(name: string, theme: Theme): number {
  return Number(parts(name, theme)[3]);
}

function color(name: string, theme: Theme, accentHue = 165): Rgb {
  const [, lightness, chroma, hue] = parts(name, theme);
  return rgb(Number(lightness), Number(chroma), hue?.startsWith("var") ? accentHue : Number(hue));
}

// Linear light from OKLCH after Björn Ottosson (https://bottosson.github.io/posts/oklab/), cut to what a screen shows.
function rgb(lightness: number, chroma: number, hue: number): Rgb {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness / 100 + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness / 100 - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness / 100 - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function cut(value: number): number {
  return Math.min(1, Math.max(0, value));
}

// WCAG 2.2, relative luminance and contrast ratio.
function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [one, other]
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function hex(colour: Rgb): string {
  const bytes = colour.map((value) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055) * 255);
  return `#${bytes.map((byte) => Math.round(byte).toString(16).padStart(2, "0")).join("")}`;
}
