import type { Env, MarkdownIt, Token } from "markdown-it";
import type { Attributes } from "./attributes.ts";
import { contextOf, report, type Context } from "./context.ts";
import { isSafeImage } from "./links.ts";
import { judgeAttributes } from "./tags.ts";
import { attribute, escapeHtml, lineOf, makeToken, plainText } from "./tokens.ts";

// What the browser may assume about the width before the style sheet has arrived: the measure is 38rem.
const SIZES = new Map([
  ["narrow", "(min-width: 30rem) 26rem, 100vw"],
  ["wide", "(min-width: 50rem) 47rem, 100vw"],
  ["full", "(min-width: 50rem) 47rem, 100vw"],
]);
const COLUMN = "(min-width: 42rem) 38rem, 100vw";
// An image this near the top is probably seen at once, so it is not loaded lazily.
const EAGER_LINES = 30;

/** Makes a figure of each paragraph that holds one image and nothing else, also when the image is a link. */
export function shapeFigures(tokens: readonly Token[], md: MarkdownIt, env: Env): Token[] {
  const context = contextOf(env);
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token) continue;
    if (token.type === "image") noteImage(token, lineOf(token), context);
    if (token.type === "inline") noteImages(token, context);
    const inline = token.type === "paragraph_open" && !token.hidden ? tokens[index + 1] : undefined;
    const children = (inline?.children ?? []).filter((child) => child.type !== "text" || child.content.trim());
    const image =
      children.length === 1
        ? children[0]
        : children[0]?.type === "link_open" && children.length === 3
          ? children[1]
          : undefined;
    if (image?.type === "image") {
      noteImages(makeToken("inline", "", 0, { children, map: token.map }), context);
      kept.push(...figure(token, children, image, md, env));
      index += 2;
    } else kept.push(token);
  }
  return kept;
}

function noteImages(inline: Token, context: Context): void {
  let line = lineOf(inline);
  for (const child of inline.children ?? []) {
    if (child.type === "softbreak" || child.type === "hardbreak") line++;
    if (child.type === "image") noteImage(child, line, context);
  }
}

function noteImage(image: Token, line: number, context: Context): void {
  const list = context.attributes.get(image);
  const label = plainText(image.children).trim();
  const alt = list?.values.get("alt") ?? (label || attribute(image, "alt") || "");
  const src = attribute(image, "src") ?? "";
  image.attrSet("alt", alt);
  image.attrSet("loading", context.images.length === 0 && line <= EAGER_LINES ? "eager" : "lazy");
  context.images.push({ src, alt, line });
  if (!alt) report(context, line, `The image ${src} has no alternative text.`, "alt");
}

function figure(paragraph: Token, children: Token[], image: Token, md: MarkdownIt, env: Env): Token[] {
  const list = contextOf(env).attributes.get(image);
  const linked = children.length > 1;
  image.info = "figure";
  const open = makeToken("figure_open", "figure", 1, { block: true, map: paragraph.map });
  open.attrSet("class", ["figure", ...figureClasses(list)].join(" "));
  if (list?.id) open.attrSet("id", list.id);
  const zoom = !linked && list?.values.get("zoom") !== "false";
  if (zoom) contextOf(env).features.zoom = true;
  const inside = zoom
    ? [makeToken("zoom_open", "zoom-image", 1), image, makeToken("zoom_close", "zoom-image", -1)]
    : [makeToken("inline", "", 0, { children, map: paragraph.map })];
  const caption = captionOf(image, list, md, env);
  const attribution = list?.values.get("attribution");
  if (caption.length > 0 || attribution) {
    inside.push(
      makeToken("figcaption_open", "figcaption", 1),
      makeToken("inline", "", 0, { children: caption, map: paragraph.map }),
    );
    if (attribution) {
      const words = [makeToken("text", "", 0, { content: "Image: " }), ...inlineOf(attribution, md, env)];
      inside.push(makeToken("attribution_open", "span", 1, { attrs: [["class", "attribution"]] }));
      inside.push(
        makeToken("inline", "", 0, { children: words, map: paragraph.map }),
        makeToken("attribution_close", "span", -1),
      );
    }
    inside.push(makeToken("figcaption_close", "figcaption", -1));
  }
  return [open, ...inside, makeToken("figure_close", "figure", -1, { block: true })];
}

/** `caption="…"`, else the label when the alternative text is given apart (`![caption](x.png){alt="…"}`), else the title. */
function captionOf(image: Token, list: Attributes | undefined, md: MarkdownIt, env: Env): Token[] {
  const given = list?.values.get("caption");
  if (given) return inlineOf(given, md, env);
  if (list?.values.has("alt") && image.children?.length)
    return image.children.filter((child) => child.type !== "html_inline");
  const title = attribute(image, "title");
  return title ? [makeToken("text", "", 0, { content: title })] : [];
}

function inlineOf(text: string, md: MarkdownIt, env: Env): Token[] {
  return (md.parseInline(text, env)[0]?.children ?? []).filter(
    (child) => child.type !== "html_inline" && child.type !== "image",
  );
}

function figureClasses(list: Attributes | undefined): string[] {
  if (!list) return [];
  const classes = ["narrow", "wide", "full"].filter((name) => list.classes.includes(name)).slice(0, 1);
  const width = /^(\d{1,4})(%|px|)$/.exec(list.values.get("width") ?? "");
  const small = width && (width[2] === "%" ? Number(width[1]) <= 60 : Number(width[1]) <= 400);
  if (classes.length === 0 && small) classes.push("narrow");
  if (list.classes.includes("border") || list.values.has("border")) classes.push("border");
  return classes;
}

/** The image that a raw `<img>` stands for, or undefined when its address is refused. */
export function rawImage(attributes: string, context: Context): Token | undefined {
  const allowed = judgeAttributes("img", attributes);
  const src = allowed.get("src");
  if (!src) return undefined;
  const image = makeToken("image", "img", 0, { children: [], markup: "html" });
  image.attrs = [
    ["src", src],
    ["alt", allowed.get("alt") ?? ""],
  ];
  const title = allowed.get("title");
  if (title) image.attrs.push(["title", title]);
  const values = new Map([...allowed].filter(([key]) => key === "width" || key === "alt"));
  context.attributes.set(image, {
    id: allowed.get("id"),
    classes: (allowed.get("class") ?? "").split(" ").filter(Boolean),
    values,
  });
  return image;
}

/** `<picture>` for a stored image, else a plain `<img>`. */
export function renderImage(image: Token, context: Context): string {
  const src = attribute(image, "src") ?? "";
  const alt = ` alt="${escapeHtml(attribute(image, "alt") ?? "")}"`;
  const hints = ` loading="${attribute(image, "loading") ?? "lazy"}" decoding="async"`;
  const picture = context.options.image?.(src);
  if (!picture) return isSafeImage(src) ? `<img src="${escapeHtml(src)}"${alt}${hints}>` : "";
  const list = context.attributes.get(image);
  const width = figureClasses(list).find((name) => SIZES.has(name));
  const sizes = ` sizes="${SIZES.get(width ?? "") ?? COLUMN}"`;
  const sources = picture.sources.map(
    ({ type, srcset }) => `<source type="${escapeHtml(type)}" srcset="${escapeHtml(srcset)}"${sizes}>`,
  );
  const srcset = picture.srcset ? ` srcset="${escapeHtml(picture.srcset)}"${sizes}` : "";
  const color = picture.color === undefined ? "" : ` data-color="${escapeHtml(picture.color)}"`;
  const img = `<img src="${escapeHtml(picture.src)}"${srcset}${alt} width="${picture.width}" height="${picture.height}"${color}${hints}>`;
  return `<picture>${sources.join("")}${img}</picture>`;
}
