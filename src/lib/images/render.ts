import sharp from "sharp";
import type { Sharp } from "sharp";
import { checkSize, maxPixels, readHeader } from "./header.ts";
import type { Header, ImageFormat } from "./header.ts";
import { encode } from "./encode.ts";
import type { Recipe, Step } from "./recipe.ts";
import { ImageRefused, refuseUndecodable } from "./refused.ts";
import { applyStep, scaled, scaleOf, settle, transparent } from "./steps.ts";
import type { Size } from "./steps.ts";
import { cleanSvg } from "./svg.ts";

/** What a picture is, after a look at every byte of it. */
export interface ImageFacts {
  format: ImageFormat;
  /** In CSS pixels, after EXIF rotation. */
  width: number;
  height: number;
  /** Whether variants move. */
  animated: boolean;
  /** Its average colour as `#rrggbb`; undefined when one can see through it. */
  color: string | undefined;
  /** What to keep: the file itself, or the SVG made harmless. */
  bytes: Buffer;
}

sharp.cache(false);
// Everything libvips could open is a door; these are the ones in use.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Nsgif", "Webp", "Heif", "Svg"].map((loader) => `VipsForeignLoad${loader}Buffer`),
});

/** Decodes the whole picture once; a drawing is only cleaned, since browsers draw it. Throws ImageRefused. */
export async function inspect(bytes: Uint8Array): Promise<ImageFacts> {
  const source = openSource(bytes);
  const size = await sizeOf(source);
  const color = source.svg ? undefined : await averageColor(source);
  return { format: source.format, ...size, animated: source.frames > 1, color, bytes: source.bytes };
}

async function averageColor(source: Source): Promise<string | undefined> {
  const [red = 0, green = 0, blue = 0, alpha = 0] = await source
    .open()
    .resize(1, 1, { fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer()
    .catch(refuseUndecodable);
  if (alpha < 255) return undefined;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Carries out a recipe. What comes out carries no metadata and is sRGB. Throws ImageRefused. */
export async function render(bytes: Uint8Array, recipe: Recipe): Promise<Buffer> {
  const steps = stepsOf(recipe);
  const [first] = steps;
  const moves = (recipe.format === "webp" || recipe.format === "gif") && steps.length === 1 && first?.op === "resize";
  const source = openSource(bytes, moves);
  let size = await sizeOf(source);
  const scale = source.svg && first?.op === "resize" ? scaleOf(first, size) : 1;
  let image = source.open(scale);
  // A drawing has no pixels to enlarge: it is drawn as large as it is needed.
  if (scale !== 1) size = scaled(size, scale, Math.round);
  checkSize(size.width, size.height);
  for (const [index, step] of steps.entries()) {
    if (index > 0) ({ image } = await settle(image));
    ({ image, ...size } = await applyStep(image, step, size, moves ? source.frames : 1));
  }
  return encode(image, recipe, { format: source.format, bytes, moves: moves && source.frames > 1 }).catch(
    refuseUndecodable,
  );
}

/** The steps, with the colour of what they lay open: transparent where the format can be, else white. */
function stepsOf(recipe: Recipe): Step[] {
  const steps: readonly Step[] = "steps" in recipe ? recipe.steps : [{ op: "resize", ...recipe }];
  return steps.map((step) => {
    if (step.op === "region") return step;
    const background = step.background ?? transparent;
    return { ...step, background: recipe.format === "jpeg" ? background.slice(0, 7) : background };
  });
}

interface Source {
  format: ImageFormat;
  frames: number;
  bytes: Buffer;
  svg: Size | undefined;
  /** A pipeline that turns the picture upright; an SVG is drawn `scale` times as large. */
  open(scale?: number): Sharp;
}

function openSource(bytes: Uint8Array, moves = true): Source {
  const header = readHeader(bytes);
  const svg = header.format === "svg" ? cleanSvg(bytes) : undefined;
  const canMove = header.format === "gif" || header.format === "webp";
  const clean = svg?.bytes ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    format: header.format,
    frames: canMove ? header.frames : 1,
    bytes: clean,
    svg,
    open: (scale = 1) =>
      sharp(clean, {
        failOn: "error",
        // The header was checked; this holds for what the decoder itself finds.
        limitInputPixels: maxPixels,
        ...(svg ? { density: Math.min(Math.max(72 * scale, 1), 100_000) } : {}),
        ...(canMove && moves && header.frames > 1 ? { animated: true } : {}),
      }).autoOrient(),
  };
}

const decoders: Readonly<Record<Header["format"], string>> = {
  jpeg: "jpeg",
  png: "png",
  gif: "gif",
  webp: "webp",
  avif: "heif",
  svg: "svg",
};

async function sizeOf(source: Source): Promise<Size> {
  if (source.svg) return { width: source.svg.width, height: source.svg.height };
  const found = await source.open().metadata().catch(refuseUndecodable);
  if (found.format !== decoders[source.format]) throw new ImageRefused("The file is not what its first bytes say.");
  // Frames lie one below the other.
  const height = found.autoOrient.height / (found.pageHeight ? found.height / found.pageHeight : 1);
  checkSize(found.autoOrient.width, height, source.frames);
  return { width: found.autoOrient.width, height };
}
