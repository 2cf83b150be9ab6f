import { asset } from "#lib/assets.ts";
import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";
import { config } from "../config.ts";

// An open book of two quarter-round leaves, cut like the ornaments of our covers. `icon.svg` is the same on a tile.
const book = `<svg viewBox="0 0 28 28" aria-hidden="true"><path d="M1 5h6a6.5 6.5 0 0 1 6.5 6.5V24h-6A6.5 6.5 0 0 1 1 17.5z" fill="currentColor"/><path d="M27 5h-6a6.5 6.5 0 0 0-6.5 6.5V24h6a6.5 6.5 0 0 0 6.5-6.5z" fill="var(--accent)"/></svg>`;

/** The site's mark beside its name: a picture from the settings, or our own drawing. */
export function Logo(): Html {
  return config.SITE_LOGO ? <img src={asset("icon.svg")} alt="" width="28" height="28" /> : raw(book);
}
