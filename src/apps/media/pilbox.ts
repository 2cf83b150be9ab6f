import { createHmac, timingSafeEqual } from "node:crypto";
import type { OutputFormat, Recipe, Step } from "#lib/images.ts";

// The parameters, defaults, signature and errors of Pilbox, which existing addresses were made for.

/** An error as Pilbox tells it: a status, a number for programs and a sentence. */
export class PilboxError extends Error {
  override name = "PilboxError";
  readonly status: number;
  readonly code: number;

  constructor(kind: keyof typeof kinds, message: string) {
    super(message);
    [this.status, this.code] = kinds[kind];
  }
}

const kinds = {
  background: [400, 1],
  dimensions: [400, 2],
  filter: [400, 3],
  format: [400, 4],
  mode: [400, 5],
  position: [400, 6],
  quality: [400, 7],
  url: [400, 8],
  operation: [400, 9],
  degree: [400, 10],
  rectangle: [400, 11],
  retain: [400, 12],
  parameter: [400, 13],
  signature: [403, 101],
  host: [403, 103],
  image: [415, 201],
  fetch: [404, 301],
  busy: [503, 302],
} as const;

/** What an address asks for. Two addresses that ask for the same are equal in every field. */
export interface PilboxRequest {
  url: string;
  steps: Step[];
  format: OutputFormat | undefined;
  output: Omit<Recipe & { steps: Step[] }, "format" | "steps">;
}

/**
 * Reads a query string that must carry the HMAC-SHA1, in hex, of all of it but `sig`. Throws PilboxError. The original
 * drops `sig=…` wherever it finds it, even within another name; here it must be one whole parameter.
 */
export function parsePilbox(queryString: string, key: string): PilboxRequest {
  const parts = queryString.split("&");
  const signatures = parts.filter((part) => part.startsWith("sig="));
  const signed = parts.filter((part) => !part.startsWith("sig=")).join("&");
  if (signatures.length !== 1 || !isSignature(signatures[0]?.slice(4) ?? "", signPilbox(signed, key))) {
    throw new PilboxError("signature", "Invalid signature");
  }
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(signed)) {
    if (given.has(name)) throw new PilboxError("parameter", `Parameter given twice: ${name}`);
    given.set(name, value.trim());
  }
  const background = readColor(given.get("bg") ?? "0fff");
  return {
    url: readUrl(given.get("url") ?? ""),
    steps: readSteps(given, background),
    format: readFormat(given.get("fmt")),
    output: {
      quality: readQuality(given.get("q") ?? "keep"),
      progressive: readFlag(given, "prog", true),
      optimize: readFlag(given, "opt", false),
      background,
    },
  };
}

/** Pilbox's signature of a query string without `sig`. */
export function signPilbox(queryString: string, key: string): string {
  return createHmac("sha1", key).update(queryString).digest("hex");
}

function isSignature(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function readUrl(url: string): string {
  if (url === "") throw new PilboxError("url", "Missing url");
  if (!/^https?:\/\//i.test(url)) throw new PilboxError("url", "Unsupported protocol");
  return url;
}

type Given = ReadonlyMap<string, string>;

function readSteps(given: Given, background: string): Step[] {
  const operations = (given.get("op") ?? "resize").split(",");
  if (operations.length > 10) throw new PilboxError("operation", "Too many operations");
  return operations.flatMap((operation): Step[] => {
    if (operation === "resize") return [readResize(given, background)];
    if (operation === "region") return [readRegion(given.get("rect") ?? "")];
    if (operation === "rotate") return readRotate(given, background);
    if (operation === "noop") return [];
    throw new PilboxError("operation", `Unsupported operation: ${operation}`);
  });
}

const modes = ["clip", "crop", "fill", "scale", "adapt"] as const;
const filters = ["antialias", "nearest", "bilinear", "bicubic"] as const;

function readResize(given: Given, background: string): Step {
  const width = readLength(given.get("w"), "width");
  const height = readLength(given.get("h"), "height");
  if (width === undefined && height === undefined) throw new PilboxError("dimensions", "Missing dimensions");
  const retain = Number(readMatch(given.get("retain") ?? "75", /^\d{1,2}$|^100$/, "retain"));
  return {
    op: "resize",
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    mode: readChoice(given.get("mode"), modes, "mode"),
    filter: readChoice(given.get("filter"), filters, "filter"),
    focus: readPosition(given.get("pos") ?? "center"),
    background,
    retain,
  };
}

const longest = 15_000;

function readLength(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === "") return undefined;
  const length = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (length < 1 || length > longest) throw new PilboxError("dimensions", `Invalid ${name}: ${text}`);
  return length;
}

function readRegion(text: string): Step {
  const [left = 0, top = 0, width = 0, height = 0] = readMatch(text, /^(?:\d{1,5},){3}\d{1,5}$/, "rectangle")
    .split(",")
    .map(Number);
  if (width < 1 || height < 1) throw new PilboxError("rectangle", `Invalid rectangle: ${text}`);
  return { op: "region", left, top, width, height };
}

function readRotate(given: Given, background: string): Step[] {
  const text = readMatch(given.get("deg") ?? "", /^(?:auto|\d|\d\d|[12]\d\d|3[0-5]\d)$/, "degree");
  // Pictures are upright in any case, since what EXIF says of them is not kept.
  if (text === "auto" || text === "0") return [];
  return [{ op: "rotate", degrees: Number(text), expand: readFlag(given, "expand", false), background }];
}

const positions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  "top-left": [0, 0],
  top: [0.5, 0],
  "top-right": [1, 0],
  left: [0, 0.5],
  center: [0.5, 0.5],
  right: [1, 0.5],
  "bottom-left": [0, 1],
  bottom: [0.5, 1],
  "bottom-right": [1, 1],
};

function readPosition(text: string): { x: number; y: number } {
  const [, left, top] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const named = Object.hasOwn(positions, text) ? positions[text] : undefined;
  const [x, y] = named ?? [Number(left), Number(top)];
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) throw new PilboxError("position", `Invalid position: ${text}`);
  return { x, y };
}

function readFormat(text: string | undefined): OutputFormat | undefined {
  if (text === undefined || text === "") return undefined;
  return readChoice(text === "jpg" ? "jpeg" : text, ["jpeg", "png", "webp", "gif", "avif"] as const, "format");
}

function readQuality(text: string): number | "keep" {
  return text === "keep" ? text : Math.max(1, Number(readMatch(text, /^\d{1,2}$|^100$/, "quality")));
}

/** Pilbox writes RGB or ARGB, with one or two digits each; CSS wants the alpha last. */
function readColor(text: string): string {
  const digits = readMatch(text, /^(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i, "background").toLowerCase();
  const full = digits.length <= 4 ? digits.replace(/./g, "$&$&") : digits;
  return full.length === 8 ? `#${full.slice(2)}${full.slice(0, 2)}` : `#${full}`;
}

function readFlag(given: Given, name: string, standard: boolean): boolean {
  const text = given.get(name);
  if (text === undefined || text === "") return standard;
  if (!/^\d$/.test(text)) throw new PilboxError("parameter", `Invalid ${name}: ${text}`);
  return text !== "0";
}

function readMatch(text: string, shape: RegExp, kind: keyof typeof kinds): string {
  if (!shape.test(text)) throw new PilboxError(kind, text === "" ? `Missing ${kind}` : `Invalid ${kind}: ${text}`);
  return text;
}

function readChoice<const Choice extends string>(
  text: string | undefined,
  choices: readonly [Choice, ...Choice[]],
  kind: keyof typeof kinds,
): Choice {
  if (text === undefined || text === "") return choices[0];
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new PilboxError(kind, `Invalid ${kind}: ${text}`);
  return choice;
}
