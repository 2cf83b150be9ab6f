/**
 * TSX rendered to a string. Everything is escaped unless it is `Html`, and what cannot be rendered
 * throws: a forgotten `await` is a bug seen in the first test, not a hole in the page.
 */

/** Markup that is safe to send as it is. */
export class Html {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  toString(): string {
    return this.value;
  }
}

export type Child = Html | string | number | bigint | boolean | null | undefined | readonly Child[];
export type Component<P> = (props: P) => Child;
type Attributes = { [name: string]: Child };

export namespace JSX {
  export type Element = Html;
  export type ElementType = string | ((props: never) => Child);
  export interface ElementChildrenAttribute {
    children: unknown;
  }
  export interface IntrinsicElements {
    [tag: string]: Attributes;
  }
}

/** Takes markup that was made safe elsewhere (rendered Markdown, generated SVG). */
export function raw(markup: string): Html {
  return new Html(markup);
}

/** Markup that is the same on every page: rendered when it is first asked for, then kept. */
export function once(make: () => Html): () => Html {
  let made: Html | undefined;
  return () => (made ??= make());
}

/** Escapes text for element content and for double-quoted attribute values. */
export function escape(text: string): string {
  return /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (character) => entities[character] ?? character) : text;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const voidElements = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const addresses = new Set(["href", "src", "action", "formaction"]);

export function jsx<P extends Attributes>(type: string | Component<P>, props: P): Html {
  if (typeof type === "function") {
    const made = type(props);
    return made instanceof Html ? made : new Html(render(made));
  }
  let markup = `<${type}`;
  for (const name in props) if (name !== "children") markup += attribute(name, props[name]);
  if (props.children === undefined && isVoid(type)) return new Html(`${markup}>`);
  return new Html(`${markup}>${render(props.children)}</${type}>`);
}

export const jsxs = jsx;

export function Fragment({ children }: { children?: Child }): Html {
  return new Html(render(children));
}

/** The markup of a child; throws a TypeError on what is not renderable, a promise above all. */
export function render(child: Child): string {
  if (typeof child === "string") return escape(child);
  if (child instanceof Html) return child.value;
  if (child === null || child === undefined || typeof child === "boolean") return "";
  if (typeof child === "number" || typeof child === "bigint") return String(child);
  if (Array.isArray(child)) {
    let markup = "";
    for (const item of child) markup += render(item);
    return markup;
  }
  const unknown: unknown = child;
  const kind =
    unknown instanceof Promise ? "a promise (is an await missing?)" : Object.prototype.toString.call(unknown);
  throw new TypeError(`Cannot render ${kind} as HTML.`);
}

/** Whether an element has no end. */
export function isVoid(type: string): boolean {
  return voidElements.has(type);
}

/** An attribute with the space before it; nothing for what is not to be there. Throws a TypeError on what is no text, or would run. */
export function attribute(name: string, value: Child): string {
  if (value === false || value === null || value === undefined) return "";
  if (value === true) return ` ${name}`;
  if (typeof value !== "string" && typeof value !== "number") {
    throw new TypeError(`The attribute ${name} must be text, a number or a boolean.`);
  }
  const text = String(value);
  // A browser ignores control characters and space inside a scheme, so the check does too.
  if (addresses.has(name) && text.includes(":") && /^\W*javascript:/i.test(text.replace(/[\s\p{Cc}]/gu, ""))) {
    throw new TypeError(`The attribute ${name} must not be a javascript: address.`);
  }
  return ` ${name}="${escape(text)}"`;
}
