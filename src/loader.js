// Lets Node run TypeScript and TSX: `node --import ./src/loader.js FILE`. It is JavaScript, since it comes before them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache, compiledName, sealOf, sources, unwritable } from "./compile.js";

const compiler = join(import.meta.dirname, "compile.js");
const hashed = new Map();
let kept = sources;

// Errors name the lines of the sources; a map is read when the first of them is shown.
process.setSourceMapsEnabled(true);
enableCompileCache(cache);
registerHooks({
  // Where a source is follows from its name; Node would ask the disk at every import.
  resolve(specifier, context, next) {
    const isRelative = /^\.\.?\/.*\.tsx?$/.test(specifier);
    // A package's own `#names` are its own affair.
    const isOurs = (isRelative || specifier.startsWith("#")) && !context.parentURL?.includes("/node_modules/");
    if (!isOurs) return next(specifier, context);
    const url = isRelative ? new URL(specifier, context.parentURL).href : resolveHash(specifier, context, next);
    return { url, format: "module", shortCircuit: true };
  },
  load(url, context, next) {
    if (!/^file:.*\.tsx?$/.test(url) || url.includes("/node_modules/")) return next(url, context);
    return { format: "module", source: read(fileURLToPath(url)), shortCircuit: true };
  },
});

// It means the same wherever we say it.
function resolveHash(specifier, context, next) {
  const url = hashed.get(specifier) ?? next(specifier, context).url;
  hashed.set(specifier, url);
  return url;
}

function read(file) {
  const seal = sealOf(readFileSync(file, "utf8"));
  const code = readKept(file, seal) ?? (compile(file), readKept(file, seal));
  if (code === undefined) throw new SyntaxError(`${file} cannot be compiled.`);
  return code;
}

function readKept(file, seal) {
  try {
    const code = readFileSync(compiledName(kept, file), "utf8");
    return code.endsWith(seal) ? code : undefined;
  } catch {
    return undefined;
  }
}

// In a process of its own, since a compiler would stay in the memory of this one for as long as it runs.
function compile(file) {
  const run = () => spawnSync(process.execPath, [compiler, kept, file], { stdio: ["ignore", "inherit", "inherit"] });
  if (run().status !== unwritable) return;
  // Installed by somebody else: what is compiled lasts as long as this process.
  kept = mkdtempSync(join(tmpdir(), "lectern-"));
  process.once("exit", () => rmSync(kept, { recursive: true, force: true }));
  run();
}
