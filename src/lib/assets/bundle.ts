import { createHash } from "node:crypto";
import { basename, extname, resolve } from "node:path";
import { buildSync } from "esbuild";
import { UserError } from "../errors.ts";

/** What a site sets to look like itself. Undefined means as designed. */
export interface Look {
  accentHue: number | undefined;
  fontText: string | undefined;
  fontUi: string | undefined;
  fontCode: string | undefined;
  /** The path of an SVG or PNG file. */
  logo: string | undefined;
}

export interface Bundled {
  /** What pages ask for: `site.css`, `article.js`, the file name of a font; undefined for a part of another file. */
  name: string | undefined;
  /** The file name with a hash of the content. */
  hashedName: string;
  body: Buffer;
}

/** Twelve hex digits of the content: a new content has a new address. */
export function contentHash(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 12);
}

/** The style sheets and scripts that pages ask for; what they import comes along. */
export const entryPoints = [
  "css/site.css",
  "css/account.css",
  "css/billing.css",
  "css/members.css",
  "css/sandbox.css",
  "css/numbers.css",
  "css/staff.css",
  "css/admin.css",
  "css/uptime.css",
  "css/desk.css",
  "css/control.css",
  "css/staff-cards.css",
  "js/site.ts",
  "js/article.ts",
  "js/reload.ts",
  "js/mailbox.ts",
  "js/proof-of-work.ts",
  "js/passkeys.ts",
  "js/password-field.ts",
  "js/admin.ts",
  "js/time-zone.ts",
  "js/picture-library.ts",
  "js/recovery-codes.ts",
  "js/desk-editor.ts",
  "js/desk-review.ts",
  "js/desk-board.ts",
  "js/desk-order.ts",
  "js/paddle-checkout.ts",
] as const;

/** Bundles and minifies the style sheet and the scripts of a folder, with the fonts that they name. */
export function bundle(folder: string, prefix: string, look: Look): Bundled[] {
  // The asynchronous call would leave a process of esbuild behind, and stopping that stops whoever else uses it.
  const result = buildSync({
    absWorkingDir: resolve(folder, ".."),
    entryPoints: entryPoints.map((file) => ({ in: resolve(folder, file), out: basename(file, extname(file)) })),
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    outdir: "/",
    publicPath: prefix,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
    metafile: true,
    write: false,
    logLevel: "silent",
  });

  const names = new Map<string, string | undefined>();
  for (const [path, { entryPoint, inputs }] of Object.entries(result.metafile.outputs)) {
    const [source] = entryPoint === undefined ? Object.keys(inputs) : [entryPoint];
    const isPart = entryPoint === undefined && extname(path) === ".js";
    const name = basename(source ?? "").replace(/\.ts$/, ".js");
    names.set(basename(path), isPart ? undefined : name);
  }
  const files = result.outputFiles.map(({ path, contents }) => ({
    old: basename(path),
    body: path.endsWith(".css")
      ? Buffer.from(Buffer.from(contents).toString() + lookRules(look))
      : Buffer.from(contents),
  }));
  const hashed = new Map(
    files.map(({ old, body }) => [old, hashedName(names.get(old) ?? `part${extname(old)}`, body)]),
  );
  return files.map(({ old, body }) => ({
    name: names.get(old),
    hashedName: hashed.get(old) ?? old,
    body: /\.(css|js)$/.test(old) ? Buffer.from(renamed(body.toString(), hashed)) : body,
  }));
}

// The names that esbuild gave hold its own hash, so they can be told from everything else in the text.
function renamed(text: string, names: ReadonlyMap<string, string>): string {
  const known = new RegExp([...names.keys()].map((name) => RegExp.escape(name)).join("|"), "g");
  return text.replace(known, (name) => names.get(name) ?? name);
}

// The rules that the settings add to the style sheet, outside its layers and so stronger than they are.
function lookRules({ accentHue, fontText, fontUi, fontCode }: Look): string {
  const values = { "accent-hue": accentHue, "font-text": fontText, "font-ui": fontUi, "font-code": fontCode };
  const rules = Object.entries(values).filter(([, value]) => value !== undefined);
  for (const [name, value] of rules) {
    if (/[;{}<>\\]/.test(String(value))) throw new UserError(`The setting for --${name} is not a CSS value: ${value}`);
  }
  return rules.length === 0 ? "" : `:root{${rules.map(([name, value]) => `--${name}:${value}`).join(";")}}\n`;
}

export function hashedName(name: string, body: Uint8Array): string {
  const extension = extname(name);
  return `${basename(name, extension)}.${contentHash(body)}${extension}`;
}
