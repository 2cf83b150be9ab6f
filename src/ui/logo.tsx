import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";
import { config } from "../config.ts";

// A lectern from the side: an open page on its slope, a stem, a foot. `icon.svg` is the same drawing on a tile.
const lectern = `<svg viewBox="0 0 28 28" aria-hidden="true"><path d="M3 11.5 22.5 4l2 5.2L5 16.7z" fill="var(--accent)"/><path d="M14.6 15.2v8.3M8.5 24.5h12.2" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/></svg>`;

/** The site's mark beside its name: a picture from the settings, or our own drawing. */
export function Logo(): Html {
  return config.SITE_LOGO ? <img src={config.SITE_LOGO} alt="" width="28" height="28" /> : raw(lectern);
}
