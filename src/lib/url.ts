/** The parameters of a pattern: `Params<"/tutorials/:topic/">` is `{ topic: string }`. */
export type Params<Pattern extends string> = Record<string extends Pattern ? string : Name<Pattern>, string>;
type Name<Pattern extends string> = Pattern extends `${infer Head}/${infer Rest}`
  ? Name<Head> | Name<Rest>
  : Pattern extends `:${infer Parameter}`
    ? Parameter
    : Pattern extends "*"
      ? "*"
      : never;

type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;
type Values<Pattern extends string> =
  Name<Pattern> extends never
    ? [params?: Record<string, never>, query?: Query]
    : [params: Params<Pattern>, query?: Query];

/** An address on the site: call it for the path, read `pattern` to route it. */
export type Address<Pattern extends string> = ((...values: Values<Pattern>) => string) & { pattern: Pattern };

/** Makes an address; parameters and query are encoded, empty query values are left out. */
export function address<Pattern extends string>(pattern: Pattern): Address<Pattern> {
  // A page builds dozens of addresses, so the pattern is taken apart once: text and names by turns.
  const parts = pattern.split(/:(\w+)/);
  const build = (...[params, query]: Values<Pattern>): string => {
    const values: { [name: string]: string | undefined } = params ?? {};
    let path = "";
    for (const [index, part] of parts.entries()) {
      path += index % 2 === 0 ? part : encodeURIComponent(values[part] ?? "");
    }
    return query === undefined ? path : path + queryString(query);
  };
  return Object.assign(build, { pattern });
}

function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== "") search.append(name, String(item));
    }
  }
  return search.size === 0 ? "" : `?${search.toString()}`;
}

/** The words of a title as a path segment: lowercase ASCII, digits and hyphens; empty when there are none. */
export function slugify(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036F’']/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/**
 * A place on this site to go on to, as somebody asked for it: its path, query and fragment, or `otherwise` for anything
 * that would lead elsewhere or is no path.
 */
export function sameSitePath(wanted: string | undefined, otherwise: string): string {
  // Browsers drop tabs and line breaks from addresses, and take a backslash for a slash.
  if (wanted === undefined || wanted.length > 2000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(wanted)) return otherwise;
  const here = "https://this.invalid";
  const url = URL.parse(wanted, here);
  if (url?.origin !== here || url.pathname.startsWith("//")) return otherwise;
  return url.pathname + url.search + url.hash;
}

/** Whether a secret may be sent there: plain http only where nobody can listen. */
export function isSafeToAsk(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isThisMachine(url));
}

export function isThisMachine({ hostname }: URL): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
