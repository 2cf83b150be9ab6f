import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { config } from "../../config.ts";
import { toHex } from "../color.ts";

type Role = "paper" | "raised" | "sunken" | "line" | "ink" | "ink-soft" | "accent" | "accent-ink";
export type Palette = Readonly<Record<Role, string>>;

// Mail knows neither variables nor OKLCH, so the site's own colours are computed for it.
const css = readFileSync(resolve(import.meta.dirname, "../../../assets/css/tokens.css"), "utf8");
const hue = config.ACCENT_HUE ?? Number(/--accent-hue: (\d+)/.exec(css)?.[1]);

export const light: Palette = paletteOf(0);
export const dark: Palette = paletteOf(1);

function paletteOf(twin: 0 | 1): Palette {
  const color = (role: Role): string => {
    const pair = new RegExp(`--${role}: light-dark\\((.+)\\);`).exec(css)?.[1]?.split(/, (?=oklch)/);
    if (pair?.[twin] === undefined) throw new Error(`assets/css/tokens.css has no --${role} with a dark twin.`);
    return toHex(pair[twin].replace("var(--accent-hue)", String(hue)));
  };
  return {
    paper: color("paper"),
    raised: color("raised"),
    sunken: color("sunken"),
    line: color("line"),
    ink: color("ink"),
    "ink-soft": color("ink-soft"),
    accent: color("accent"),
    "accent-ink": color("accent-ink"),
  };
}

export const fonts = {
  text: "'Source Serif 4', Georgia, 'Times New Roman', serif",
  ui: "Inter, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
  code: "'JetBrains Mono', Menlo, Consolas, 'Courier New', monospace",
};

/**
 * The dark twin for clients that ask for it. Every coloured element has a class by its role; a client that drops this
 * shows the light mail or darkens it in its own way.
 */
export const darkRules = `@media (prefers-color-scheme: dark) {
${Object.entries({
  sunken: `background-color: ${dark.sunken}`,
  raised: `background-color: ${dark.raised}`,
  code: `background-color: ${dark.sunken}`,
  ink: `color: ${dark.ink}`,
  soft: `color: ${dark["ink-soft"]}`,
  link: `color: ${dark.accent}`,
  line: `border-color: ${dark.line}`,
  primary: `background-color: ${dark.accent}`,
  label: `color: ${dark["accent-ink"]}`,
})
  .map(([name, rule]) => `.m-${name} { ${rule} !important; }`)
  .join("\n")}
}`;
