// Makes JavaScript of the sources, for `loader.js`. By itself, as `npm ci` runs it, it does so for all that a site is made of.
import { hash } from "node:crypto";
import { accessSync, constants, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

export const root = resolve(import.meta.dirname, "..");

/** Where Node keeps what it has compiled, and where we do. */
export const cache = process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules/.cache/node");
export const sources = join(cache, "sources");

/** The exit status when what is compiled cannot be kept. */
export const unwritable = 73;

// All is compiled anew by another compiler, or by another version of what makes text of markup.
const ours = ["src/compile.js", "src/markup.js", "src/lib/jsx/jsx-runtime.ts"];
const theirs = ["node_modules/esbuild/package.json", "node_modules/acorn/package.json"];
const version = hash("sha256", [...ours, ...theirs].map((name) => readFileSync(join(root, name), "utf8")).join(""));

/** The last line of what this source becomes. */
export function sealOf(source) {
  return `// ${hash("sha256", version + source)}\n`;
}

/** Where what a file becomes is kept. */
export function compiledName(folder, file) {
  return join(folder, `${relative(root, file)}.js`);
}

if (import.meta.main) {
  const [folder = sources, file = join(root, "src/manage.ts")] = process.argv.slice(2);
  process.exitCode = await compileAround(folder, file);
}

// With a file comes what is stale beside it, in all of `src` or `test`: whoever asks for one will ask for the others.
async function compileAround(folder, file) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch {
    return unwritable;
  }
  const [top] = relative(root, file).split(sep);
  const around = globSync(`${top}/**/*.{ts,tsx}`, { cwd: root })
    .map((name) => join(root, name))
    .filter((name) => name !== file && isTest(name) === isTest(file));
  const [{ transform }, { flattenMarkup }] = await Promise.all([import("esbuild"), import("./markup.js")]);
  const compilers = { transform, flattenMarkup };
  const [result] = await Promise.allSettled([file, ...around].map((name) => compile(compilers, folder, name)));
  if (result?.status !== "rejected") return 0;
  process.stderr.write(`${result.reason?.message ?? result.reason}\n`);
  return 1;
}

function isTest(name) {
  return name.includes(".test.");
}

async function compile({ transform, flattenMarkup }, folder, file) {
  const source = readFileSync(file, "utf8");
  const [name, seal] = [compiledName(folder, file), sealOf(source)];
  if (isCurrent(name, seal)) return;
  const isMarkup = file.endsWith("x");
  const { code, map } = await transform(source, {
    loader: isMarkup ? "tsx" : "ts",
    format: "esm",
    target: `node${process.versions.node}`,
    jsx: "automatic",
    jsxImportSource: "#lib/jsx",
    sourcefile: file,
    sourcemap: "external",
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  mkdirSync(dirname(name), { recursive: true });
  replace(`${name}.map`, map);
  replace(name, `${isMarkup ? flattenMarkup(code) : code}//# sourceMappingURL=${name}.map\n${seal}`);
}

function isCurrent(name, seal) {
  try {
    return readFileSync(name, "utf8").endsWith(seal);
  } catch {
    return false;
  }
}

// Other processes may be reading it.
function replace(name, text) {
  const fresh = `${name}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, name);
}
