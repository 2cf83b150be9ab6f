import { slugify } from "#lib/url.ts";

/** A name, or names with slashes between, as it may stand in an address; undefined when nothing is left of one. */
export function toSlug(name: string): string | undefined {
  const segments = name.split("/").filter((segment) => segment !== "");
  const slugs = segments.map((segment) => (fits(segment) ? segment : slugify(segment)));
  return slugs.length === 0 || slugs.includes("") ? undefined : slugs.join("/");
}

// An address that ends with `.md` is that of the Markdown.
function fits(segment: string): boolean {
  return /^[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*$/.test(segment) && !segment.endsWith(".md") && segment.length <= 120;
}

/** The slug of a topic, in which `C++` and `C#` are not both `c`. Empty when there is nothing to make it of. */
export function topicSlug(name: string): string {
  return slugify(name.replace(/\+/g, " plus ").replace(/#/g, " sharp "));
}

/**
 * A former address in the form in which redirects are kept: decoded, with slashes around it. One without a leading
 * slash is below `site`, where the folder was served.
 */
export function formerPath(address: string, site: string): string | undefined {
  const whole = /^(\/|https?:\/\/)/i.test(address) ? address : `${site}/${address}`;
  const path = whole.replace(/^https?:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  // oxlint-disable-next-line no-control-regex -- An address never holds these, and the database refuses the first.
  if (/[\u0000-\u001f\\]|(^|\/)\.\.?(\/|$)/.test(decoded)) return undefined;
  return `/${decoded}/`.replace(/\/{2,}/g, "/");
}
