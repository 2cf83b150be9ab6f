import { randomBytes } from "node:crypto";

/** Addresses in a text, each replaced by a mark that a parser takes for an address as well. */
export interface Marked {
  source: string;
  /** What begins each mark, so that nothing which stood in the text is taken for one. */
  prefix: string;
  /** The addresses as they were written, by the number of their mark. */
  written: readonly string[];
}

// Where an address can stand: in a link or image, in a definition, in an attribute of HTML, in a Liquid figure.
// Liquid and Hugo name files by tags there, with spaces that an address otherwise cannot have.
const tag = String.raw`\{%-?\s*(?:link|post_url)\s+[^%]*%\}[^\s)"'<>]*|\{\{[^{}\n]*\}\}[^\s)"'<>]*`;
const bare = String.raw`(?:[^\s()<>\\]|\\.|\((?:[^\s()<>\\]|\\.)*\))+`;
const places = new RegExp(
  [
    String.raw`(?<before>\]\(\s*|^[ \t>]*(?:[-*+]\s+)?\[(?!\^)[^\]\n]+\]:[ \t]*\n?[ \t>]*)(?<address>${tag}|<[^<>\n]*>|${bare})`,
    String.raw`(?<before>\b(?:href|src)\s*=\s*")(?<address>[^"\n]+)(?=")`,
    String.raw`(?<before>\b(?:href|src)\s*=\s*')(?<address>[^'\n]+)(?=')`,
    String.raw`(?<before>\{%-?\s*img\s+["']?)(?<address>[^\s"'%]+)`,
  ].join("|"),
  "gm",
);

/**
 * Finds whatever may be an address. What the text means by it is the parser's word: a mark that comes back from a scan
 * of `source` is one, and a mark that does not stood in code, or in text that only looks like a link.
 */
export function markReferences(text: string): Marked {
  const prefix = `/${randomBytes(9).toString("hex")}-`;
  const written: string[] = [];
  const source = text.replace(places, (...parts) => {
    const groups: unknown = parts.at(-1);
    const { before, address } = parsePlace(groups);
    written.push(address);
    return `${before}${prefix}${written.length - 1}-/`;
  });
  return { source, prefix, written };
}

/** The number of a mark that a scan gave back; undefined for any other address. */
export function markNumber(address: string, { prefix }: Marked): number | undefined {
  return address.startsWith(prefix) ? Number.parseInt(address.slice(prefix.length), 10) : undefined;
}

/** Puts an address in the place of each mark: the one given for its number, else what was written there. */
export function fillIn({ source, prefix, written }: Marked, addresses: ReadonlyMap<number, string>): string {
  return source.replace(new RegExp(`${prefix}(\\d+)-/`, "g"), (mark, number: string) => {
    const given = addresses.get(Number(number));
    return given === undefined ? (written[Number(number)] ?? mark) : encodeAddress(given);
  });
}

/** An address as it was meant: without the signs that only Markdown and HTML need. */
export function readAddress(written: string): string {
  const inner = /^<.*>$/.test(written) ? written.slice(1, -1) : written;
  return readTag(
    inner
      .replace(/\\([!-/:-@[-`{-~])/g, "$1")
      .replaceAll("&amp;", "&")
      .trim(),
  );
}

/** Where files are looked for by their name alone, in whatever folder they are. */
export const byName = "/_posts/";

/** What the tags of Jekyll and Hugo that name a file or an address of the site stand for. */
function readTag(address: string): string {
  const link = /^\{%-?\s*(link|post_url)\s+["']?([^\s"'%]+)["']?\s*-?%\}(.*)$/.exec(address);
  if (link !== null) return link[1] === "link" ? `/${link[2]}${link[3]}` : `${byName}${link[2]}${link[3]}`;
  const shortcode = /^\{\{[<%]\s*(?:rel)?ref\s+["']?([^\s"']+)["']?\s*[>%]\}\}(.*)$/.exec(address);
  if (shortcode !== null) {
    const target = shortcode[1] ?? "";
    return `${target.replace(/#.*/, "").includes("/") ? "" : byName}${target}${shortcode[2]}`;
  }
  const filtered = /^\{\{\s*["']([^"']*)["']\s*\|\s*(?:relative_url|absolute_url|relURL|absURL)\s*\}\}(.*)$/.exec(
    address,
  );
  if (filtered !== null) return `/${(filtered[1] ?? "").replace(/^\//, "")}${filtered[2]}`;
  return address.replace(
    /^\{\{\s*(?:site\.(?:baseurl|url|BaseURL)|\.Site\.BaseURL)\s*\}\}(?:\{\{\s*site\.baseurl\s*\}\})?\/?/,
    "/",
  );
}

/** An address as it may stand anywhere in Markdown and HTML. */
export function encodeAddress(address: string): string {
  const encoded = /%[0-9a-f]{2}/i.test(address) ? address : encodeURI(address);
  return encoded.replace(
    /[()"'<>\s\\]/g,
    (sign) => `%${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

function parsePlace(groups: unknown): { before: string; address: string } {
  const read = (name: string): string => {
    const value: unknown = typeof groups === "object" && groups !== null ? Reflect.get(groups, name) : undefined;
    return typeof value === "string" ? value : "";
  };
  return { before: read("before"), address: read("address") };
}
