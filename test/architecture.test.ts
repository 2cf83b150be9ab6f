import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
const files = globSync("**/*.{ts,tsx}", { cwd: src });
const floors = [...read("apps.ts").matchAll(/^ {2}(\w+),$/gm)].map((match) => match[1] ?? "");

// What an app keeps to itself; every other file in its folder is a door.
const privateFiles = /^(app|routes|tasks|admin)\.tsx?$|\.test\.tsx?$/;

test("every folder of apps is a floor in apps.ts, and every floor a folder", () => {
  const folders = new Set(files.map((file) => /^apps\/(\w+)\//.exec(file)?.[1]).filter((name) => name !== undefined));
  assert.deepEqual([...folders].toSorted(), floors.toSorted());
});

test("the ground floor imports nothing from above", () => {
  for (const file of files.filter((name) => /^(lib|ui)\//.test(name) || name === "urls.ts" || name === "config.ts")) {
    for (const target of imports(file)) assert.ok(mayGroundImport(file, target), `${file} imports ${target}`);
  }
});

test("an app imports only what stands below it, and only through a door", () => {
  for (const file of files.filter((name) => name.startsWith("apps/"))) {
    for (const target of imports(file)) {
      const wall = wallBetween(file, target);
      assert.equal(wall, undefined, `${file} imports ${target}: ${wall}`);
    }
  }
});

test("only apps.ts imports a manifest", () => {
  for (const file of files.filter((name) => name !== "apps.ts" && !name.endsWith(".test.ts"))) {
    for (const target of imports(file))
      assert.doesNotMatch(target, /^apps\/\w+\/app\.ts$/, `${file} imports ${target}`);
  }
});

function mayGroundImport(file: string, target: string): boolean {
  if (file === "urls.ts") return target === "lib/url.ts";
  if (file.startsWith("ui/")) return /^(ui|lib)\//.test(target) || target === "urls.ts" || target === "config.ts";
  return target.startsWith("lib/") || target === "config.ts";
}

function wallBetween(file: string, target: string): string | undefined {
  const [, here] = file.split("/");
  const [room, there, ...door] = target.split("/");
  if (room === "lib" || room === "ui" || target === "urls.ts" || target === "config.ts") return undefined;
  if (room !== "apps") return "apps import apps, ui, lib, urls and config only";
  if (there === here) return undefined;
  if (floors.indexOf(there ?? "") < floors.indexOf(here ?? "")) return `${there} stands above ${here}`;
  if (door.length !== 1 || privateFiles.test(door[0] ?? "")) return `that file is not a door of ${there}`;
  return undefined;
}

/** The project's own files that a file imports, as paths below src. */
function imports(file: string): string[] {
  const specifiers = [...read(file).matchAll(/(?:from|import)\s*\(?\s*"([#.][^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers
    .map((specifier) =>
      specifier.startsWith("#") ? specifier.slice(1) : relative(src, resolve(dirname(join(src, file)), specifier)),
    )
    .filter((target) => !target.startsWith(".."));
}

function read(file: string): string {
  return readFileSync(join(src, file), "utf8");
}
