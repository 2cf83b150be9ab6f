import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Client } from "pg";
import { testDatabase } from "./database.ts";

test("each test database is its own, and one whose process was killed is dropped by the next", async () => {
  const script = `import("./test/helpers/database.ts").then(async ({ testDatabase }) => {
    console.log((await testDatabase()).url);
    process.kill(process.pid, "SIGKILL");
  })`;
  const killed = await promisify(execFile)(process.execPath, ["--import", "./src/loader.js", "-e", script]).catch(
    (error: { stdout: string }) => error,
  );
  const abandoned = new URL(killed.stdout.trim());
  assert.match(abandoned.pathname, /^\/lectern_test_/);
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  const client = new Client({ connectionString: one.url });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>("select datname from pg_database");
  await client.end();
  const names = new Set(rows.map(({ datname }) => `/${datname}`));
  assert.ok(names.has(new URL(one.url).pathname) && names.has(new URL(two.url).pathname));
  assert.ok(!names.has(abandoned.pathname));
  await one.drop();
  await two.drop();
});
