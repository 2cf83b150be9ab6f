/** Everything an `<img>` needs so that nothing jumps and no byte too many is sent. Plain data, made by `media`. */
export interface Picture {
  /** The address for browsers that know no `<source>`, of a middle width. */
  src: string;
  /** Size of the original after rotation, in CSS pixels. */
  width: number;
  height: number;
  /** One entry a format, best first: `{ type: "image/avif", srcset: "… 480w, … 960w" }`. Empty for SVG. */
  sources: readonly { type: string; srcset: string }[];
  srcset?: string;
  /** CSS colour shown until the picture has arrived: `#aabbcc`. */
  color?: string;
  /** `object-position` when a layout crops: `"50% 30%"`. */
  focus?: string;
}
