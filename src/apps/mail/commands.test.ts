import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { testDatabase } from "../../../test/helpers/database.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import { manageMail } from "./commands.ts";
import { sampler } from "./sampler.tsx";
import { countRecipients, prepareMailing } from "./mailings.ts";
import { mailingRecipients, mailings } from "./schema.ts";
import { whyNot } from "./suppressions.ts";
import { sendMailing } from "./tasks.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const manage = (...args: string[]): Promise<string> => manageMail(args);

test("a test mail says what became of it, and the overview counts it", async () => {
  assert.match(await manage("test", "me@example.org"), /me@example\.org: accepted by the mailbox/);
  assert.match(await manage(), /mail\.test +accepted +1/);
});

test("an address is suppressed and let go of by hand", async () => {
  await manage("suppress", "Troll@Example.org");
  assert.equal(await whyNot("troll@example.org", null), "suppressed: by hand");
  await manage("unsuppress", "troll@example.org");
  assert.equal(await whyNot("troll@example.org", null), undefined);
});

test("a mailing that stands still goes on, and what was unknown is settled by hand", async () => {
  const recipients = ["a", "b", "c"].map((name) => ({ address: `${name}@example.org` }));
  const { id } = await prepareMailing(sampler, { name: "all" }, { key: "stopped", recipients });
  await drainTasks([sendMailing]);
  await db.update(mailingRecipients).set({ state: "refused" }).where(eq(mailingRecipients.address, "a@example.org"));
  await db.update(mailingRecipients).set({ state: "unknown" }).where(eq(mailingRecipients.address, "b@example.org"));
  await db.update(mailings).set({ stoppedBecause: "No sender.", finishedAt: null }).where(eq(mailings.id, id));
  assert.match(await manage(), /stopped +No sender/);
  await manage("resume", String(id));
  await drainTasks([sendMailing]);
  assert.deepEqual(await countRecipients(id), { accepted: 2, unknown: 1 });
  assert.equal(await manage("settle", String(id), "queued"), "1 recipients are queued now.\n");
  await drainTasks([sendMailing]);
  assert.deepEqual(await countRecipients(id), { accepted: 3 });
});

for (const args of [["test", "nobody"], ["suppress"], ["resume", "x"], ["resume", "999"], ["settle", "1"], ["fly"]]) {
  test(`./manage mail ${args.join(" ")} is answered with a sentence`, async () => {
    await assert.rejects(manage(...args), { name: "UserError" });
  });
}
