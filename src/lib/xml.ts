/** XML that is safe to send as it is. */
export class Xml {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

type Content = Xml | string | number | null | undefined | false | readonly Content[];

/** An element; text is escaped, and what is null, undefined or false is left out, attributes included. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | null | undefined>> = {},
  ...content: readonly Content[]
): Xml {
  const pairs = Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined);
  const open = name + pairs.map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`).join("");
  const inside = content.map(write).join("");
  return new Xml(inside === "" ? `<${open}/>` : `<${open}>${inside}</${name}>`);
}

/** A whole document in UTF-8. */
export function document(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.value}\n`;
}

/** Escapes text, and drops what XML 1.0 (2.2, Char) admits in no form: control characters and lone surrogates. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function write(content: Content): string {
  if (content instanceof Xml) return content.value;
  if (content === null || content === undefined || content === false) return "";
  if (typeof content === "string" || typeof content === "number") return escapeXml(String(content));
  return content.map(write).join("");
}
