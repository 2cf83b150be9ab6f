import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { damageBackups } from "../../faults/backups/damage.ts";
import { killWriters } from "../../faults/backups/killing.ts";
import { deleteObjects } from "../../faults/backups/objects.ts";
import { restoreWaiting } from "../../faults/backups/quarantine.ts";
import { backUpUnderWrites } from "../../faults/backups/writing.ts";

test("a backup that was changed by a bit, cut short, or never was one is refused", async () => {
  assert.equal((await damageBackups({ times: 10 })).passed, 0);
});

test("a backup under writes is of one moment", async () => {
  const { torn, transactions, grew } = await backUpUnderWrites({ backups: 2, writers: 2 });
  assert.deepEqual({ torn, grew }, { torn: 0, grew: true });
  assert.ok(transactions > 0);
});

test("a process that is killed while it writes a backup leaves none under a name that is not whole", async () => {
  const { partial, whole } = await killWriters({ kills: 2 });
  assert.equal(partial, 0);
  assert.ok(whole >= 1);
});

test("a restored site sends nothing until it is released, then nothing that may have been sent, and the rest when asked", async () => {
  assert.deepEqual(await restoreWaiting({ messages: 3, recipients: 10 }), {
    whileHeld: 0,
    unasked: 0,
    settled: 8,
    twice: 0,
    wrongly: 0,
    lost: 0,
  });
});

test("pictures that the store has lost are named, by a backup and after a restore", async () => {
  assert.deepEqual(await deleteObjects({ pictures: 40, deleted: 10 }), {
    noneIsLost: true,
    afterRestore: true,
    beforeBackup: true,
  });
});
