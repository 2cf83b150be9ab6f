const lineWidth = 72;

/**
 * The plain-text twin of markup made of our mail parts: headings underlined, links with their address in brackets,
 * pictures as their description, paragraphs folded at 72 characters (addresses are never broken).
 */
export function toText(markup: string): string {
  const blocks: string[] = [];
  let line = "";
  let href = "";
  let linkStart = 0;
  let isVerbatim = false;
  let bullet = "";

  const flush = (shape: (text: string) => string): void => {
    const text = isVerbatim ? line.replace(/^\n|\n$/g, "") : line.replace(/\s+/g, " ").trim();
    if (text.trim() !== "") blocks.push(shape(text));
    line = "";
  };
  const openers: Record<string, (attributes: string) => void> = {
    a: (attributes) => {
      href = attribute(attributes, "href");
      linkStart = line.length;
      if (/\sdata-button/.test(attributes)) href = `button:${href}`;
    },
    img: (attributes) => {
      const alt = attribute(attributes, "alt");
      if (alt !== "") line += `[${alt}]`;
    },
    br: () => {
      line += " ";
    },
    hr: () => blocks.push("-".repeat(lineWidth)),
    li: () => {
      bullet = "- ";
    },
    pre: () => {
      isVerbatim = true;
    },
    strong: () => {
      line += "*";
    },
    em: () => {
      line += "_";
    },
  };
  const closers: Record<string, () => void> = {
    a: () => {
      const label = line.slice(linkStart);
      if (href.startsWith("button:")) line = `${line.slice(0, linkStart)}${label}: ${href.slice("button:".length)}`;
      else if (href !== label && href !== "") line += ` (${href})`;
    },
    h1: () => flush((text) => underlined(text, "=")),
    h2: () => flush((text) => underlined(text, "-")),
    p: () => flush((text) => fold(text)),
    td: () => flush((text) => fold(text)),
    li: () => {
      flush((text) => fold(text, bullet));
      bullet = "";
    },
    pre: () => {
      flush((text) => text.replace(/^/gm, "    "));
      isVerbatim = false;
    },
    strong: () => {
      line += "*";
    },
    em: () => {
      line += "_";
    },
  };

  for (const [, closing, tag = "", attributes = "", text] of markup.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) line += unescape(text);
    else if (closing === "/") closers[tag]?.();
    else openers[tag]?.(attributes);
  }
  flush((text) => fold(text));
  return `${joined(blocks)}\n`;
}

// The items of a list stand together.
function joined(blocks: readonly string[]): string {
  return blocks
    .map((block, index) => {
      const isTight = block.startsWith("- ") && blocks[index - 1]?.startsWith("- ");
      return index === 0 ? block : `${isTight ? "\n" : "\n\n"}${block}`;
    })
    .join("");
}

function underlined(text: string, line: string): string {
  const folded = fold(text);
  return `${folded}\n${line.repeat(Math.max(...folded.split("\n").map((part) => part.length)))}`;
}

function fold(text: string, bullet = ""): string {
  const lines: string[] = [];
  let line = bullet;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line !== bullet && line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = " ".repeat(bullet.length);
    }
    line += line === bullet || line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

function attribute(attributes: string, name: string): string {
  return unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

function unescape(text: string): string {
  return text.replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}

const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
