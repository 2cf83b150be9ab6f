import sharp from "sharp";
import type { Sharp } from "sharp";
import { checkSize } from "./header.ts";
import type { RegionStep, Resize, RotateStep, Step } from "./recipe.ts";
import { ImageRefused, refuseUndecodable } from "./refused.ts";

export interface Size {
  width: number;
  height: number;
}

/** A pipeline, and the size that it will have. */
export type Applied = Size & { image: Sharp };

/** What padding and turning lay open. */
export const transparent = "#ffffff00";

/** Each step starts from the pixels of the one before, since a pipeline of sharp has an order of its own. */
export async function settle(pipeline: Sharp): Promise<Applied> {
  const { data, info } = await pipeline
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(refuseUndecodable);
  const { width, height, channels } = info;
  return { image: sharp(data, { raw: { width, height, channels } }), width, height };
}

export function applyStep(image: Sharp, step: Step, size: Size, frames: number): Applied | Promise<Applied> {
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

export function scaled(size: Size, factor: number, round: (length: number) => number): Size {
  // Rounding hides that a length times its own quotient may come out a hair larger.
  const length = (side: number) => Math.max(1, round(Number((side * factor).toFixed(6))));
  return { width: length(size.width), height: length(size.height) };
}

/** How many times larger a drawing fills the size asked for. */
export function scaleOf(step: Resize, size: Size): number {
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
