import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { swallowMail } from "../../faults/mail/black-hole.ts";
import { killAroundStart, killAtPoints } from "../../faults/mail/kill-points.ts";
import { killSenders, mostInDoubt } from "../../faults/mail/kill.ts";

test("however often its process is killed, a mailing reaches nobody twice, and only what was under way is in doubt", async () => {
  const { twice, broken, unknown, unexplained, kills } = await killSenders({ recipients: 2000, kills: 3 });
  assert.deepEqual({ twice, broken, unexplained }, { twice: 0, broken: 0, unexplained: 0 });
  assert.ok(unknown <= mostInDoubt(kills), `${unknown} are in doubt`);
});

test("killed at each of its named points, a mailing keeps its recipients, and what is in doubt can be told", async () => {
  const { doubted, startSeconds, ...figures } = await killAtPoints({ times: 1 });
  assert.deepEqual(figures, { kills: 6, twice: 0, broken: 0, unexplained: 0, lost: 0 });
  assert.ok(doubted <= 400, `${doubted} were in doubt`);
  assert.ok(Number.isFinite(startSeconds));
});

test("killed while it is prepared or as it is begun, a mailing goes to all it was prepared for", async () => {
  const { doubted, startSeconds, ...figures } = await killAroundStart({ times: 1, hurry: true });
  assert.deepEqual(figures, { kills: 2, twice: 0, broken: 0, unexplained: 0, lost: 0 });
  assert.equal(doubted, 0);
  assert.ok(Number.isFinite(startSeconds));
});

test("while the provider swallows mail pages are answered, what it has got is in doubt, and the rest goes out later", async () => {
  const { asked, doubted, ...figures } = await swallowMail({ seconds: 2, recipients: 400, timeoutMs: 500 });
  assert.deepEqual({ ...figures, slowestMs: 0 }, { failed: 0, slowestMs: 0, wrong: 0, twice: 0, lost: 0 });
  assert.ok(asked > 0 && doubted > 0 && doubted < 200, `${doubted} of 400 are in doubt`);
});
