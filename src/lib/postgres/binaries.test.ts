import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { findBinaries, linkLibraries } from "#lib/postgres/binaries.ts";

const run = promisify(execFile);
const scratch = await mkdtemp(path.join(tmpdir(), "lectern-binaries-"));
after(() => rm(scratch, { recursive: true }));

test("a package that was installed without its links gets them, and its programs run", async () => {
  const native = await copyWithoutLinks("writable");
  await assert.rejects(run(path.join(native, "bin/initdb"), ["--version"]));
  assert.equal(await linkLibraries(native, path.join(scratch, "spare")), undefined);
  const { stdout } = await run(path.join(native, "bin/initdb"), ["--version"]);
  assert.match(stdout, /PostgreSQL/);
});

test("where node_modules cannot be written the links stand elsewhere", async () => {
  const native = await copyWithoutLinks("readonly");
  const spare = path.join(scratch, "elsewhere");
  await mkdir(spare, { mode: 0o777 });
  for (const folder of [scratch, spare]) await chmod(folder, 0o777);
  await chmod(path.join(native, "lib"), 0o555);
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65534);
  const libraries = await linkLibraries(native, spare).finally(() => root && process.seteuid?.(0));
  await chmod(path.join(native, "lib"), 0o755);
  assert.equal(libraries, `${spare}:${path.join(native, "lib")}`);
  const env = { LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries };
  const { stdout } = await run(path.join(native, "bin/initdb"), ["--version"], { env });
  assert.match(stdout, /PostgreSQL/);
});

test("a machine without a package is told about DATABASE_URL", async () => {
  const arch = Object.getOwnPropertyDescriptor(process, "arch") ?? {};
  Object.defineProperty(process, "arch", { value: "riscv64", configurable: true });
  try {
    await assert.rejects(findBinaries(scratch), /riscv64 is missing\)\. Set DATABASE_URL/);
  } finally {
    Object.defineProperty(process, "arch", arch);
  }
});

async function copyWithoutLinks(name: string): Promise<string> {
  const { initdb } = await findBinaries(scratch);
  const original = path.resolve(initdb, "../..");
  const copy = path.join(scratch, name);
  for (const part of ["bin/initdb", "lib", "pg-symlinks.json"])
    await cp(path.join(original, part), path.join(copy, part), {
      recursive: true,
      filter: (file) => !file.endsWith(".a") && !file.includes("/lib/postgresql"),
    });
  for (const file of await readdir(path.join(copy, "lib"))) {
    const place = path.join(copy, "lib", file);
    if ((await lstat(place)).isSymbolicLink()) await rm(place);
  }
  return copy;
}
