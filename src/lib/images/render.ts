import sharp from "sharp";
import type { Sharp } from "sharp";
import { checkSize, readHeader } from "./header.ts";
import type { Header, ImageFormat } from "./header.ts";
import { encode } from "./encode.ts";
import type { Recipe, RegionStep, Resize, RotateStep, Step } from "./recipe.ts";
import { ImageRefused } from "./refused.ts";
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

/** Decodes the whole picture once. Throws ImageRefused for what cannot be shown. */
export async function inspect(bytes: Uint8Array): Promise<ImageFacts> {
  const source = openSource(bytes);
  const { width, height } = await sizeOf(source);
  const pixel = await source
    .open()
    .resize(1, 1, { fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer()
    .catch(refuseUndecodable);
  const [red = 0, green = 0, blue = 0, alpha = 0] = pixel;
  const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
  const color = alpha === 255 && source.format !== "svg" ? `#${hex}` : undefined;
  return { format: source.format, width, height, animated: source.frames > 1, color, bytes: source.bytes };
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

const transparent = "#ffffff00";

interface Size {
  width: number;
  height: number;
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
        limitInputPixels: 16_800_000,
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

type Applied = Size & { image: Sharp };

/** Each step starts from the pixels of the one before, since a pipeline of sharp has an order of its own. */
async function settle(pipeline: Sharp): Promise<Applied> {
  const { data, info } = await pipeline
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(refuseUndecodable);
  const { width, height, channels } = info;
  return { image: sharp(data, { raw: { width, height, channels } }), width, height };
}

function applyStep(image: Sharp, step: Step, size: Size, frames: number): Applied | Promise<Applied> {
  if (step.op === "region") return cutOut(image, step, size);
  if (step.op === "rotate") return turn(image, step, size);
  return resize(image, step, size, frames);
}

function resize(image: Sharp, step: Resize, size: Size, frames: number): Applied {
  const target = targetOf(step, size);
  checkSize(target.width, target.height, frames);
  const kernel = { nearest: "nearest", bilinear: "linear", bicubic: "cubic", antialias: "lanczos3" } as const;
  const to = ({ width, height }: Size) =>
    image.resize(width, height, { fit: "fill", kernel: kernel[step.filter ?? "antialias"] });

  const mode = step.mode === "adapt" ? adapt(step, size, target) : (step.mode ?? "clip");
  if (mode === "scale") return { image: to(target), ...target };
  if (mode === "crop") {
    const covering = scaled(size, Math.max(target.width / size.width, target.height / size.height), Math.ceil);
    checkSize(covering.width, covering.height, frames);
    const left = Math.round((covering.width - target.width) * (step.focus?.x ?? 0.5));
    const top = Math.round((covering.height - target.height) * (step.focus?.y ?? 0.5));
    const fits = covering.width === target.width && covering.height === target.height;
    return { image: fits ? to(target) : to(covering).extract({ left, top, ...target }), ...target };
  }
  const within = scaled(size, Math.min(target.width / size.width, target.height / size.height, 1), Math.round);
  if (mode === "clip") return { image: to(within), ...within };
  const { background = transparent } = step;
  return { image: to(within).extend({ ...padding(within, target), background }), ...target };
}

function targetOf({ width, height }: Resize, size: Size): Size {
  const proportion = size.width / size.height;
  return {
    width: Math.max(1, Math.round(width ?? (height ?? size.height) * proportion)),
    height: Math.max(1, Math.round(height ?? (width ?? size.width) / proportion)),
  };
}

function adapt(step: Resize, size: Size, target: Size): "crop" | "fill" {
  const proportions = [size.width / size.height, target.width / target.height];
  return (Math.min(...proportions) / Math.max(...proportions)) * 100 >= (step.retain ?? 75) ? "crop" : "fill";
}

function scaled(size: Size, factor: number, round: (length: number) => number): Size {
  // Rounding hides that a length times its own quotient may come out a hair larger.
  const length = (side: number) => Math.max(1, round(Number((side * factor).toFixed(6))));
  return { width: length(size.width), height: length(size.height) };
}

/** How many times larger a drawing fills the size asked for. */
function scaleOf(step: Resize, size: Size): number {
  const target = targetOf(step, size);
  return Math.max(target.width / size.width, target.height / size.height);
}

function cutOut(image: Sharp, { left, top, width, height }: RegionStep, size: Size): Applied {
  if (left + width > size.width || top + height > size.height) {
    throw new ImageRefused(`The region lies outside of the picture, which is ${size.width} × ${size.height} pixels.`);
  }
  return { image: image.extract({ left, top, width, height }), width, height };
}

async function turn(image: Sharp, step: RotateStep, size: Size): Promise<Applied> {
  const { background = transparent } = step;
  const turned = await settle(image.rotate(step.degrees, { background }));
  checkSize(turned.width, turned.height);
  if (step.expand || step.degrees % 90 === 0) return turned;
  // The middle of what the turned picture and the old canvas have in common, then the rest of the canvas around it.
  const width = Math.min(turned.width, size.width);
  const height = Math.min(turned.height, size.height);
  const common = { left: half(turned.width - width), top: half(turned.height - height), width, height };
  return { image: turned.image.extract(common).extend({ ...padding(common, size), background }), ...size };
}

function padding({ width, height }: Size, canvas: Size) {
  const left = half(canvas.width - width);
  const top = half(canvas.height - height);
  return { left, top, right: canvas.width - width - left, bottom: canvas.height - height - top };
}

function half(length: number): number {
  return Math.floor(length / 2);
}

/** sharp's own sentences name C functions, so whoever brought the file gets ours. */
function refuseUndecodable(error: unknown): never {
  if (error instanceof ImageRefused) throw error;
  throw new ImageRefused("The picture cannot be decoded; it may be damaged or cut off.", { cause: error });
}
