import { folderOf } from "../testing/world.ts";
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test, type TestContext } from "node:test";
import { saveEntry } from "#apps/catalog/saving.ts";
import { hasErrors } from "#apps/editorial/linting.ts";
import { linkChecks } from "#apps/editorial/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { closeLinter } from "#lib/lint/aside.ts";
import { lintPath } from "../lint.ts";
import { runLint } from "./lint.ts";

after(closeLinter);

const texts = async (): Promise<string> =>
  folderOf({
    "lectern.yaml":
      "files:\n  - { match: 'a.md', join: [{ file: part.md }] }\n  - { match: 'part.md', skip: a part }\n",
    "a.md":
      "---\ntitle: A title\nweird: 1\nsummary: >-\n  x\n---\n\nSee [b](b.md), [none](none.md)\nand [out](https://example.org/gone).\n",
    "part.md": "# A part\n\n```json\n{,}\n```\n",
    "deep/b.md": `---\ntitle: ${"W".repeat(40)}\nslug: b\n---\n![](wide.jpg) ![Wide](wide.jpg)\n\nA recieved text.\n`,
    "deep/wide.jpg": await photo(4000, 2500),
    "c.md": "---\ntitle: [\n---\n",
  });

test("a folder is linted as an import reads it, each finding with file, line and column", async (t) => {
  await db
    .insert(linkChecks)
    .values({ url: "https://example.org/gone", problem: "It answers 404.", checkedAt: new Date() });
  const folder = await texts();
  const { status, out } = await run(t, folder);
  assert.equal(status, 1);
  assert.deepEqual(out.replaceAll(`${folder}/`, "").trimEnd().split("\n"), [
    "a.md:3:1: warning import: Unknown key weird.",
    "a.md:8:9: error links: b.md leads to nothing in the folder.",
    "a.md:8:23: error links: none.md leads to nothing in the folder.",
    "a.md:9:11: warning links: https://example.org/gone is broken. It answers 404.",
    "c.md:2:1: error import: The front matter is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
    "deep/b.md:2:1: warning title: The title is 755 pixels wide, and search results cut it at 580: shorten it.",
    "deep/b.md:5:5: error alt: The picture wide.jpg has no description: say in the brackets what it shows.",
    "deep/b.md:5:5: warning pictures: The picture has 4000 × 2500 pixels: half of that is enough.",
    "deep/b.md:7:3: hint spelling: “recieved” is in no dictionary that we have.",
    "part.md:4:2: error code: This JSON does not parse: something is wrong at “,}”.",
    "5 errors, 4 warnings, 1 hint in 2 texts.",
  ]);
});

test("one file is linted with the mapping of its folder, by other rules, for other readers", async (t) => {
  const folder = await texts();
  const rules = await folderOf({
    "house.yaml": "words: [recieved]\nrules: [{ pattern: text, message: 'Not, so: 50%.' }]\n",
  });
  const file = join(folder, "deep/b.md");
  const json = await run(t, file, "--format", "json", "--rules", join(rules, "house.yaml"));
  const found: unknown = JSON.parse(json.out);
  assert.ok(Array.isArray(found));
  assert.deepEqual(found.at(-1), {
    file,
    rule: "house-style",
    severity: "warning",
    line: 7,
    column: 12,
    message: "Not, so: 50%.",
  });
  const github = await run(
    t,
    relative(process.cwd(), file),
    "--format",
    "github",
    "--rules",
    join(rules, "house.yaml"),
  );
  assert.match(
    github.out,
    /^::warning file=(?:\.\.\/)*[^:]*deep\/b\.md,line=7,col=12,title=house-style::Not, so: 50%25\.$/m,
  );
});

test("without a path every entry is linted, and the desk knows", async (t) => {
  const entry = await saveEntry({ kind: "page", path: "/linted/", title: "A page", summary: "Of a test." });
  await saveText(entry, "![](x.png)\n", "test");
  const { status, out } = await run(t);
  assert.equal(status, 1);
  assert.match(out, /^\/linted\/:1:5: error alt: .+\n1 error, 0 warnings, 0 hints in 1 text\.$/m);
  assert.equal(await hasErrors(entry.id), true);
  await saveText(entry, "Fine.\n", "test");
  assert.equal((await run(t)).status, 0);
});

test("nothing is to be mended in the manual", async () => {
  const { texts: count, findings } = await lintPath(fileURLToPath(new URL("../../../../content", import.meta.url)));
  assert.ok(count > 10);
  assert.deepEqual(
    findings.map(({ file, line, message }) => `${file}:${line} ${message}`),
    [],
  );
});

test("a wrong call answers 2, and so does a house style that cannot be read", async (t) => {
  const folder = await folderOf({ "x.md": "x\n", "house.yaml": "rules: 1\n" });
  for (const args of [["--none"], ["--format", "xml"], ["--rules", "x"], ["/nowhere"]])
    assert.equal((await run(t, ...args)).status, 2);
  const { status, err } = await run(t, folder, "--rules", join(folder, "house.yaml"));
  assert.equal(status, 2);
  assert.match(err, /house\.yaml:1: rules /);
});

/** The command in this process, with what it wrote. */
async function run(context: TestContext, ...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const out = context.mock.method(process.stdout, "write", (text: string) => Boolean((written.out += text)));
  const err = context.mock.method(process.stderr, "write", (text: string) => Boolean((written.err += text)));
  try {
    const status = await runLint(args);
    return { status, ...written };
  } finally {
    out.mock.restore();
    err.mock.restore();
  }
}
