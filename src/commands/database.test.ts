import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { test } from "node:test";

test("the migrations lead to the schemas as they are, and ./manage migration says so", () => {
  const { stdout, stderr, status } = spawnSync("./manage", ["migration", "forgotten"], { encoding: "utf8" });
  const written = globSync("migrations/*_forgotten");
  for (const folder of written) rmSync(folder, { recursive: true });
  assert.deepEqual([written, status], [[], 0], "A schema changed: run ./manage migration NAME.");
  assert.match(stdout + stderr, /nothing to migrate/i);
});
