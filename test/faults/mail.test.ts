import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { killSenders, mostInDoubt } from "../../faults/mail/kill.ts";

test("however often its process is killed, a mailing reaches nobody twice, and only what was under way is in doubt", async () => {
  const { twice, broken, unknown, unexplained, kills } = await killSenders({ recipients: 3000, kills: 5 });
  assert.deepEqual({ twice, broken, unexplained }, { twice: 0, broken: 0, unexplained: 0 });
  assert.ok(unknown <= mostInDoubt(kills), `${unknown} are in doubt`);
});
