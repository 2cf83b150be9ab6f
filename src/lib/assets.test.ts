import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { asset, type Assets, buildAssets, loadAssets } from "./assets.ts";
import { entryPoints } from "./assets/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "lectern-assets-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const designed = { accentHue: undefined, fontText: undefined, fontUi: undefined, fontCode: undefined, logo: undefined };

// A small folder like the real one, inside the project so that packages are found.
const source = mkdtempSync(resolve("node_modules/.assets-test-"));
after(() => rmSync(source, { recursive: true, force: true }));
for (const name of ["css", "js", "img"]) mkdirSync(join(source, name));
for (const file of entryPoints) writeFileSync(join(source, file), file.endsWith(".css") ? ".x { top: 0 }" : "void 0;");
writeFileSync(
  join(source, "img/icon.svg"),
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
);
writeFileSync(
  join(source, "css/site.css"),
  '@import "./part.css";\n@font-face { font-family: F; src: url("@fontsource-variable/inter/files/inter-greek-wght-normal.woff2"); }',
);
writeFileSync(join(source, "css/part.css"), ".part { color: red }");
writeFileSync(join(source, "js/shared.ts"), "export const shared: string[] = ['a shared part'];");
writeFileSync(join(source, "js/site.ts"), 'import { shared } from "./shared.ts"; document.title = shared.join();');
writeFileSync(join(source, "js/article.ts"), 'import { shared } from "./shared.ts"; document.title += shared.join();');

const load = (look = {}, shelf = join(folder, "shelf")): Assets =>
  loadAssets({ folder: source, shelf, look: { ...designed, ...look } });

function textOf(assets: Assets, name: string): string {
  return assets.files.get(assets.paths.get(name) ?? "")?.variants[0]?.body.toString() ?? "";
}

function tagsOf({ files }: Assets): [path: string, tags: string[]][] {
  return [...files.values()].map(({ path, variants }) => [path, variants.map(({ tag }) => tag)]);
}

test("style, scripts, fonts and pictures stand under names that hold a hash of their content", async () => {
  const assets = load();
  for (const name of [
    "site.css",
    "site.js",
    "article.js",
    "icon.svg",
    "icon-180.png",
    "inter-greek-wght-normal.woff2",
  ]) {
    assert.match(assets.paths.get(name) ?? name, /^\/static\/[\w-]+\.[0-9a-f]{12}\.\w+$/);
  }
  const css = textOf(assets, "site.css");
  assert.match(css, /\.part\{color:red\}/);
  const named = /url\("?([^")]+)"?\)/.exec(css)?.[1];
  assert.equal(named, assets.paths.get("inter-greek-wght-normal.woff2"));
  const part = /"(\/static\/part\.[0-9a-f]{12}\.js)"/.exec(textOf(assets, "site.js"))?.[1];
  assert.match(assets.files.get(part ?? "")?.variants[0]?.body.toString() ?? "", /a shared part/);
  for (const { path, immutable } of assets.files.values()) assert.equal(immutable, path.startsWith("/static/"));
  await assets.finished;
});

test("the settings restyle the site under another name", async () => {
  const [plain, styled] = [load(), load({ accentHue: 200, fontText: "Georgia, serif" })];
  assert.ok(textOf(styled, "site.css").endsWith(":root{--accent-hue:200;--font-text:Georgia, serif}\n"));
  assert.notEqual(styled.paths.get("site.css"), plain.paths.get("site.css"));
  assert.equal(styled.paths.get("site.js"), plain.paths.get("site.js"));
  assert.throws(() => load({ fontUi: "x}body{display:none" }), /not a CSS value/);
  await Promise.all([plain.finished, styled.finished]);
});

test("when it is finished everything is compressed and drawn, and the next start takes it from the shelf", async () => {
  const first = load({ accentHue: 10 });
  await first.finished;
  const script = first.files.get(first.paths.get("site.css") ?? "");
  assert.deepEqual(
    script?.variants.map(({ coding }) => coding),
    ["identity"],
    "too small to be worth it",
  );
  for (const [path, size] of [
    ["icon-180.png", 180],
    ["icon-512.png", 512],
  ] as const) {
    const icon = first.files.get(first.paths.get(path) ?? "")?.variants[0]?.body;
    const { width, height, format } = await sharp(icon).metadata();
    assert.deepEqual([width, height, format], [size, size, "png"]);
  }
  const favicon = first.files.get("/favicon.ico")?.variants[0]?.body ?? Buffer.alloc(0);
  assert.deepEqual([...favicon.subarray(0, 8)], [0, 0, 1, 0, 1, 0, 32, 32]);
  assert.equal((await sharp(favicon.subarray(22)).metadata()).width, 32);
  const second = load({ accentHue: 10 });
  assert.deepEqual(second.paths, first.paths);
  assert.deepEqual(tagsOf(second), tagsOf(first));
});

test("a change of any file makes a new name, and a spoiled shelf is built anew", async () => {
  const before = load();
  await before.finished;
  const changed = join(folder, "changed");
  cpSync(source, changed, { recursive: true });
  writeFileSync(join(changed, "css/site.css"), ".part { color: blue }");
  const after = loadAssets({ folder: changed, shelf: join(folder, "shelf"), look: designed });
  assert.notEqual(after.paths.get("site.css"), before.paths.get("site.css"));
  for (const name of readdirSync(join(folder, "shelf"))) writeFileSync(join(folder, "shelf", name), "spoiled");
  const again = load();
  assert.deepEqual(again.paths, before.paths);
  await Promise.all([after.finished, again.finished]);
});

test("several processes may start at once, and old builds are taken away", async () => {
  const shelf = join(folder, "race");
  const looks = Array.from({ length: 8 }, (_, number) => ({ accentHue: number % 7 }));
  const all = looks.map((look) => load(look, shelf));
  await Promise.all(all.map(({ finished }) => finished));
  assert.ok(readdirSync(shelf).length <= 5);
  assert.ok(readdirSync(shelf).every((name) => name.endsWith(".bin")));
});

test("a logo of one's own becomes the icons; what is no picture is refused", async () => {
  const png = join(folder, "logo.png");
  await sharp({ create: { width: 40, height: 20, channels: 3, background: "red" } })
    .png()
    .toFile(png);
  const assets = load({ logo: png });
  assert.match(textOf(assets, "icon.svg"), /viewBox="0 0 40 20"><image width="40" height="20" href="data:image\/png/);
  await assets.finished;
  const icon = assets.files.get(assets.paths.get("icon-192.png") ?? "")?.variants[0]?.body;
  assert.equal((await sharp(icon).metadata()).width, 192);
  const text = join(folder, "logo.txt");
  writeFileSync(text, "no picture");
  assert.throws(() => load({ logo: text }), /neither an SVG nor a PNG/);
  assert.throws(() => load({ logo: join(folder, "none.svg") }), /cannot be read/);
});

test("the site's own assets build, and a name that is not there is an error", async () => {
  assert.throws(() => asset("site.css"), /call buildAssets/);
  buildAssets(join(tmpdir(), "lectern-test-assets"));
  assert.match(asset("site.css"), /^\/static\/site\.[0-9a-f]{12}\.css$/);
  assert.throws(() => asset("nothing.css"), /no asset called nothing.css/);
});
