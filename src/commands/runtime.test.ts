import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { listErrors } from "#apps/operations/errors/groups.ts";
import { connect, disconnect } from "#lib/db.ts";
import { testDatabase } from "../../test/helpers/database.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

test("what nobody catches ends the process, and is counted before", async () => {
  const script = `
    import { connect } from "#lib/db.ts";
    import { collectErrors } from "#apps/operations/errors.ts";
    import { endOnUncaught } from "./src/commands/runtime.ts";
    connect(process.env.DATABASE_URL);
    void endOnUncaught(collectErrors());
    setInterval(() => undefined, 1000);
    void Promise.reject(new RangeError("nobody waits for this"));`;
  const { status } = spawnSync(
    process.execPath,
    ["--import", "./src/loader.js", "--input-type=module", "--eval", script],
    {
      env: { ...process.env, DATABASE_URL: database.url },
    },
  );
  assert.equal(status, 1);
  assert.deepEqual(
    (await listErrors()).map(({ type, message, context }) => [type, message, context.line]),
    [["RangeError", "nobody waits for this", "the process ends"]],
  );
});
