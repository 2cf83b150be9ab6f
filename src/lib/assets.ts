import { readdirSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { config } from "../config.ts";
import { bundle, contentHash, hashedName, type Look } from "./assets/bundle.ts";
import { icoOf, iconSizes, readLogo, renderIcon } from "./assets/icons.ts";
import { putOnShelf, takeFromShelf } from "./assets/shelf.ts";
import { compress, isCompressible } from "./http/compression.ts";
import { securityHeaders } from "./http/headers.ts";
import { log } from "./log.ts";
import { addVariant, createStatic, type StaticFile } from "./static.ts";

const prefix = "/static/";
const root = resolve(import.meta.dirname, "../..");

export interface Assets {
  /** By the names that pages ask for. */
  paths: ReadonlyMap<string, string>;
  /** By path. */
  files: ReadonlyMap<string, StaticFile>;
  /** Settles when everything is compressed as well as it can be and stands on the disk for the next start. */
  finished: Promise<void>;
}

let built: Assets | undefined;

/**
 * Builds the folder `assets` once, or takes from the shelf what an earlier start has built from the same files and
 * settings: 0.3 s and 10 ms. They are compressed, which takes 2 s of the processor, once `when` has come.
 */
export function buildAssets(shelf = join(config.DATA_DIR, "assets"), when?: Promise<unknown>): void {
  built ??= loadAssets({
    folder: join(root, "assets"),
    shelf,
    when,
    look: {
      accentHue: config.ACCENT_HUE,
      fontText: config.FONT_TEXT,
      fontUi: config.FONT_UI,
      fontCode: config.FONT_CODE,
      logo: config.SITE_LOGO,
    },
  });
}

/** The address of a built file: `asset("site.css")` is `/static/site.<hash>.css`. Throws when there is none. */
export function asset(name: string): string {
  if (built === undefined) throw new Error("The assets are not built yet: call buildAssets() first.");
  const path = built.paths.get(name);
  if (path === undefined) throw new Error(`There is no asset called ${name}.`);
  return path;
}

/** Answers for all built files and says whether it did: give it to the server as one of `before`. */
export const serveAssets = createStatic({
  files: () => built?.files ?? new Map(),
  folder: prefix,
  headers: securityHeaders({ baseUrl: config.BASE_URL }),
});

interface Named {
  name: string | undefined;
  file: StaticFile;
}

/** What `buildAssets` does, for any folder. */
export function loadAssets(options: {
  folder: string;
  shelf: string;
  look: Look;
  when?: Promise<unknown> | undefined;
}): Assets {
  const { folder, shelf, look, when } = options;
  const logo = readLogo(look.logo ?? join(folder, "img/icon.svg"));
  const key = keyOf(folder, look, logo);
  const shelved = takeFromShelf(shelf, key)?.map(({ name, variants, ...file }): Named => {
    const found: StaticFile = { ...file, variants: [] };
    for (const { coding, body } of variants) addVariant(found, coding, Buffer.from(body));
    return { name, file: found };
  });
  const files = shelved ?? [...bundled(folder, look), ...images(folder, logo), ...icons(logo)];
  return {
    paths: new Map(files.flatMap(({ name, file }) => (name === undefined ? [] : [[name, file.path] as const]))),
    files: new Map(files.map(({ file }) => [file.path, file])),
    finished: shelved === undefined ? Promise.resolve(when).then(() => finish(files, shelf, key)) : Promise.resolve(),
  };
}

// Everything that the outcome depends on: the sources, the versions of what is bundled, the settings, and this code.
function keyOf(folder: string, look: Look, logo: Buffer): string {
  const sources = [folder, join(import.meta.dirname, "assets")].flatMap((directory) =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted(),
  );
  // What the editor's script shares with the site.
  const shared = join(import.meta.dirname, "merge.ts");
  const contents = [join(root, "package.json"), shared, ...sources].flatMap((file) => [file, readFileSync(file)]);
  return contentHash(JSON.stringify(look), logo, ...contents);
}

function bundled(folder: string, look: Look): Named[] {
  return bundle(folder, prefix, look).map(({ name, hashedName, body }) => ({
    name,
    file: fileOf(prefix + hashedName, body),
  }));
}

function images(folder: string, logo: Buffer): Named[] {
  return readdirSync(join(folder, "img")).map((name) => {
    const body = name === "icon.svg" ? logo : readFileSync(join(folder, "img", name));
    return { name, file: fileOf(prefix + hashedName(name, body), body) };
  });
}

// Drawn when somebody asks or the rest is done, whichever comes first: the site need not wait for them to start.
function icons(logo: Buffer): Named[] {
  const hashed = iconSizes.map((size) => ({
    name: `icon-${size}.png`,
    file: madeLater(`${prefix}icon-${size}.${contentHash(logo, String(size))}.png`, () => renderIcon(logo, size)),
  }));
  // Where browsers look of their own accord.
  const favicon = madeLater("/favicon.ico", async () => icoOf(await renderIcon(logo, 32), 32));
  const touchIcon = madeLater("/apple-touch-icon.png", () => renderIcon(logo, 180));
  return [...hashed, { name: undefined, file: favicon }, { name: undefined, file: touchIcon }];
}

function fileOf(path: string, body: Buffer): StaticFile {
  const file = emptyFile(path);
  addVariant(file, "identity", body);
  return file;
}

function madeLater(path: string, draw: () => Promise<Buffer>): StaticFile {
  const file = emptyFile(path);
  let made: Promise<void> | undefined;
  file.make = () => (made ??= draw().then((body) => addVariant(file, "identity", body)));
  return file;
}

function emptyFile(path: string): StaticFile {
  const type = types[extname(path)];
  if (type === undefined) throw new Error(`No media type is known for ${path}.`);
  return { path, type, immutable: path.startsWith(prefix), variants: [] };
}

async function finish(files: readonly Named[], shelf: string, key: string): Promise<void> {
  try {
    await Promise.all(files.map(({ file }) => compressFile(file)));
    const records = files.map(({ name, file: { path, type, immutable, variants } }) => {
      return { name, path, type, immutable, variants: variants.map(({ coding, body }) => ({ coding, body })) };
    });
    putOnShelf(shelf, key, records);
  } catch (error) {
    log.warn({ error }, "the built assets could not be kept for the next start");
  }
}

async function compressFile(file: StaticFile): Promise<void> {
  await file.make?.();
  const [identity] = file.variants;
  if (identity === undefined || !isCompressible(file.type, identity.size)) return;
  for (const coding of ["gzip", "br"] as const) {
    const body = await compress(identity.body, coding, 11);
    if (body.length < identity.size) addVariant(file, coding, body);
  }
}

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};
