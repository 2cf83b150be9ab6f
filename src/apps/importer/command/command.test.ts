import { databaseUrl, folderOf } from "../testing/world.ts";
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { count, isNull, like, sql } from "drizzle-orm";
import { bodies, entries } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { importedFiles } from "../schema.ts";
import { runImport } from "./command.ts";

const manage = fileURLToPath(new URL("../../../manage.ts", import.meta.url));

test("the exit status and the report say how it went", async (t) => {
  const fine = await folderOf({ "cli-fine.md": "Fine, [dead](none.md).\n", "LICENSE.md": "MIT\n" });
  const first = await run(t, fine);
  assert.equal(first.status, 0);
  assert.match(first.out, /^created {2}cli-fine\.md {2}\/cli-fine\/ {2}Cli Fine$/m);
  assert.match(first.out, /^skipped {2}LICENSE\.md/m);
  assert.match(first.out, /^Lead nowhere\n {2}cli-fine\.md:1 {2}none\.md leads to nothing in the folder$/m);
  assert.match(first.out, /^1 created, 0 updated, 0 unchanged, 0 refused, 1 skipped in \d+\.\d s with no mapping\.$/m);

  const bad = await folderOf({ "cli-bad.md": "---\ntitle: [\n---\n", "esc\u001B[31m.md": "" });
  const second = await run(t, bad, "--quiet");
  assert.equal(second.status, 1);
  assert.match(second.out, /^refused {2}cli-bad\.md:\d+ +The front matter is not YAML/m);
  assert.ok(!second.out.includes("\u001B"), "a file name reaches the terminal as it is");
});

test("a wrong call answers 2 and shows the usage", async (t) => {
  const folder = await folderOf({ "x.md": "x" });
  const calls = [
    [],
    [folder, folder],
    [folder, "--nonsense"],
    [folder, "--level", "impossible"],
    ["/nowhere"],
    [folder, "--map", "/nowhere.yaml"],
  ];
  for (const args of calls) {
    const { status, err } = await run(t, ...args);
    assert.equal(status, 2, `${args.join(" ")}: ${err}`);
    assert.notEqual(err, "");
  }
});

test("a run that is killed leaves whole articles only, and the next one does the rest", async (t) => {
  const total = 60;
  const folder = await folderOf(manyFiles("killed", total));
  const child = start("import", folder, "--publish");
  await untilImported(`${folder}%`, 5);
  child.kill("SIGKILL");
  await once(child, "exit");
  const saved = await importedIn(folder);
  assert.ok(saved >= 5 && saved < total, `${saved} of ${total} were saved before the kill`);
  assert.equal(await halfSaved(), 0);
  const { status, out } = await run(t, folder, "--publish", "--quiet");
  assert.equal(status, 0);
  const [, created = "", unchanged = ""] = /^(\d+) created, 0 updated, (\d+) unchanged, 0 refused/m.exec(out) ?? [];
  assert.equal(Number(created) + Number(unchanged), total);
  // What the killed transaction had written was never there.
  assert.ok(Number(unchanged) >= saved);
  assert.equal(await halfSaved(), 0);
});

test("Ctrl-C ends after the article at hand, with a report and status 130", async () => {
  const folder = await folderOf(manyFiles("stopped", 60));
  const child = start("import", folder);
  let out = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  await untilImported(`${folder}%`, 3);
  child.kill("SIGINT");
  await once(child, "close");
  assert.equal(child.exitCode, 130);
  const [, created = ""] = /^(\d+) created, .*Interrupted: run it again for the rest\.$/m.exec(out) ?? [];
  assert.equal(Number(created), await importedIn(folder));
  assert.ok(Number(created) < 60);
});

function manyFiles(name: string, total: number): Record<string, string> {
  const text = "A paragraph with `code` and *words*.\n\n```python\nprint('hello')\n```\n\n".repeat(20);
  return Object.fromEntries(Array.from({ length: total }, (_, n) => [`${name}-${n}.md`, text]));
}

/** Entries without a text, and entries of an import that it does not remember. */
async function halfSaved(): Promise<number> {
  const [bare] = await db
    .select({ n: count() })
    .from(entries)
    .leftJoin(bodies, sql`${bodies.id} = ${entries.id}`)
    .where(isNull(bodies.id));
  const [forgotten] = await db
    .select({ n: count() })
    .from(entries)
    .leftJoin(importedFiles, sql`${importedFiles.entryId} = ${entries.id}`)
    .where(isNull(importedFiles.entryId));
  return (bare?.n ?? 0) + (forgotten?.n ?? 0);
}

async function importedIn(folder: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(importedFiles)
    .where(like(importedFiles.folder, `${folder}%`));
  return row?.n ?? 0;
}

async function untilImported(folder: string, wanted: number): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const [row] = await db.select({ n: count() }).from(importedFiles).where(like(importedFiles.folder, folder));
    if ((row?.n ?? 0) >= wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("Nothing was imported in 20 seconds.");
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "./src/loader.js", manage, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** The command in this process, with what it wrote. */
async function run(context: TestContext, ...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const out = context.mock.method(process.stdout, "write", (text: string) => Boolean((written.out += text)));
  const err = context.mock.method(process.stderr, "write", (text: string) => Boolean((written.err += text)));
  try {
    const status = await runImport(args);
    return { status, ...written };
  } finally {
    out.mock.restore();
    err.mock.restore();
  }
}
