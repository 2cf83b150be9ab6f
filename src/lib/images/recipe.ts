/** One change to a picture. Lengths are pixels, positions and focus run from 0 (left, top) to 1. */
export type Step = ResizeStep | RegionStep | RotateStep;

export interface Resize {
  /** At least one of both; the other follows from the proportions. */
  width?: number;
  height?: number;
  /**
   * clip (the default) fits within, never enlarging; crop fills and cuts off; fill fits within and pads to the size;
   * scale ignores the proportions; adapt crops when `retain` percent of the picture stays, else fills.
   */
  mode?: "clip" | "crop" | "fill" | "scale" | "adapt";
  /** What a crop keeps, as CSS `object-position` means it; the middle by default. */
  focus?: { x: number; y: number };
  /** Colour of the padding: `#rrggbb` or `#rrggbbaa`; transparent or white by default. */
  background?: string;
  retain?: number;
  filter?: "nearest" | "bilinear" | "bicubic" | "antialias";
}

export interface ResizeStep extends Resize {
  op: "resize";
}

/** Cuts out a part; refused when it does not lie within the picture. */
export interface RegionStep {
  op: "region";
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Turns clockwise; the canvas grows with `expand`, else the corners are cut off. */
export interface RotateStep {
  op: "rotate";
  degrees: number;
  expand?: boolean;
  background?: string;
}

export type OutputFormat = "webp" | "avif" | "jpeg" | "png" | "gif";

export interface Output {
  format: OutputFormat;
  /** 1 to 100, or `keep` for that of a JPEG which stays one. Each format has its own default. */
  quality?: number | "keep";
  /** True by default; only JPEG knows it. */
  progressive?: boolean;
  /** Spends more time to save bytes. */
  optimize?: boolean;
  /** An opaque colour is laid under a transparent picture; formats without transparency get white. */
  background?: string;
}

/** What to make of a picture: how to resize it, or several steps in their order. */
export type Recipe = Output & (Resize | { steps: readonly Step[] });

export const typeOf: Readonly<Record<OutputFormat, string>> = {
  webp: "image/webp",
  avif: "image/avif",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
};
