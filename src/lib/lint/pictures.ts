import type { Found, Rule } from "./finding.ts";
import { columnOf } from "./column.ts";

/** Pictures without a description for those who do not see them: WCAG 2.2, 1.1.1. */
export const alt: Rule = ({ problems, lines, images }) =>
  problems
    .filter(({ about }) => about === "alt")
    .map(({ line }): Found => {
      const { src = "" } = images.find((image) => image.line === line && image.alt === "") ?? {};
      return {
        severity: "error",
        line,
        column: columnOf(lines, line, src),
        message: `The picture ${src} has no description: say in the brackets what it shows.`,
      };
    });

// Readers get small copies in modern formats, made once. What is above these costs whoever makes them and stores them
// more than it gives: the widest copy has 1,600 pixels.
const mostBytes = 5_000_000;
const mostPixels = 8_000_000;
// These are sent as they are.
const mostSvgBytes = 300_000;
const mostGifBytes = 2_000_000;

/** Pictures that are larger than anything a page makes of them, each told once. */
export const pictures: Rule = ({ images, lines }, { pictures: known = {} }) => {
  const told = new Set<string>();
  return images.flatMap(({ src, line }): Found[] => {
    if (told.has(src)) return [];
    told.add(src);
    const picture = Object.hasOwn(known, src) ? known[src] : undefined;
    const message = picture && judge(picture);
    return message === undefined ? [] : [{ severity: "warning", line, column: columnOf(lines, line, src), message }];
  });
};

function judge(picture: { format: string; width: number; height: number; sizeBytes: number }): string | undefined {
  const { format, width, height, sizeBytes } = picture;
  const size = `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
  if (format === "svg")
    return sizeBytes > mostSvgBytes ? `The drawing has ${size}, and every reader loads all of it.` : undefined;
  if (format === "gif")
    return sizeBytes > mostGifBytes ? `The animation has ${size}: a shorter or smaller one loads sooner.` : undefined;
  if (width * height > mostPixels) return `The picture has ${width} × ${height} pixels: half of that is enough.`;
  return sizeBytes > mostBytes ? `The picture has ${size}: make it smaller, or save it with less quality.` : undefined;
}
