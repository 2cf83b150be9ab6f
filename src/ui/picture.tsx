import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Picture as PictureData } from "#lib/picture.ts";

export interface PictureProps {
  picture: PictureData;
  /** What the picture says; empty when it only decorates. */
  alt: string;
  /** How wide it is shown: `(width < 48rem) 100vw, 47rem`. */
  sizes: string;
  /** The picture is in the first view: fetched at once and before others. */
  eager?: boolean;
}

/** A `<picture>` that reserves its room, offers every format and size, and waits until it is near the view. */
export function Picture({ picture, alt, sizes, eager }: PictureProps): Html {
  return (
    <picture>
      {picture.sources.map((source) => (
        <source type={source.type} srcset={source.srcset} sizes={sizes} />
      ))}
      <img
        src={picture.src}
        srcset={picture.srcset}
        sizes={picture.srcset ? sizes : undefined}
        width={picture.width}
        height={picture.height}
        alt={alt}
        class={focusClass(picture.focus)}
        data-color={picture.color}
        loading={eager ? undefined : "lazy"}
        fetchpriority={eager ? "high" : undefined}
        decoding={eager ? undefined : "async"}
      />
    </picture>
  );
}

// The content security policy allows no style attributes, so the focal point picks one of 5 × 5 classes.
function focusClass(focus: string | undefined): string | undefined {
  const [x, y] = (focus ?? "").split(" ").map((part) => Math.round(Number.parseFloat(part) / 25) * 25);
  if (x === undefined || y === undefined || Number.isNaN(x + y) || (x === 50 && y === 50)) return undefined;
  return `focus-x${x} focus-y${y}`;
}
