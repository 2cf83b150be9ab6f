import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { z } from "zod";
import { mailbox, messages } from "#apps/mail/schema.ts";
import { deliverMessage } from "#apps/mail/sending.ts";
import { config } from "#config.ts";
import { atomic, connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, startWorker, task } from "#lib/jobs.ts";
import { jobRates } from "#lib/jobs/schema.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { findAlert, handOver, listAlerts, raiseAlert, sweepAlerts, withdrawAlert } from "./alerts.ts";
import { alertsCommand } from "./commands.ts";
import { alerts } from "./schema.ts";
import { postToSlack, sendAlert } from "./tasks.ts";
import { startStandIn } from "./testing/stand-in.ts";

const database = await testDatabase();
connect(database.url);
const slack = await startStandIn();
after(async () => {
  await slack.close();
  await disconnect();
  await database.drop();
});
beforeEach(async () => {
  config.SLACK_URL = `${slack.url}/services/hunter2`;
  config.ALERT_MAIL = [];
  slack.asked.length = 0;
  await db.delete(alerts);
  await db.delete(messages);
  await db.delete(mailbox);
  await db.$client.query("delete from pgboss.job");
  await db.delete(jobRates);
});
afterEach(() => void (slack.answers.length = 0));

// Ahead of what is saved by the clock of the database.
const start = new Date(Date.now() + 60_000);
const minutes = (n: number): Date => new Date(start.getTime() + n * 60_000);
const trouble = { fingerprint: "check disk", kind: "trouble", title: "Wrong: disk", text: "It is full." } as const;

const posted = (): string[] => slack.asked.map(({ body }): string => JSON.parse(body).text);

/** Hands over what is due at that minute, and lets it be sent. */
async function sendAt(n: number): Promise<number> {
  const before = slack.asked.length;
  const { rowCount } = await db.$client.query("delete from pgboss.job where name = $1 and start_after <= $2", [
    sendAlert.name,
    minutes(n),
  ]);
  if (rowCount === 1) await handOver(trouble.fingerprint, minutes(n));
  await drainTasks([postToSlack]);
  return slack.asked.length - before;
}

async function readMail(): Promise<string[][]> {
  for (const { id } of await db.select().from(messages)) await deliverMessage(id);
  const letters = await db.select().from(mailbox).orderBy(mailbox.recipient);
  return letters.map(({ recipient, subject }) => [recipient, subject]);
}

test("what is raised is told at once, and not when the change that raised it is rolled back", async () => {
  await atomic(async () => {
    await raiseAlert({ ...trouble, fingerprint: "never" });
    throw new Error("no");
  }).catch(() => undefined);
  await raiseAlert(trouble);
  await drainTasks([sendAlert, postToSlack]);
  assert.equal(posted().length, 1);
  assert.match(posted()[0] ?? "", /\*Wrong: disk\*\nIt is full\.\n/);
});

test("one message an hour: what is raised meanwhile is told when the hour ends, with how often that was", async () => {
  await raiseAlert(trouble, minutes(0));
  assert.equal(await sendAt(0), 1);
  await raiseAlert(trouble, minutes(1));
  await raiseAlert({ ...trouble, text: "It is fuller." }, minutes(20));
  assert.equal(await sendAt(59), 0);
  assert.equal(await sendAt(60), 1);
  assert.match(posted()[1] ?? "", /It is fuller\.\nRaised 2 times since the last message\./);
  assert.equal(await sendAt(180), 0);
  await raiseAlert(trouble, minutes(181));
  assert.equal(await sendAt(181), 1);
  assert.doesNotMatch(posted()[2] ?? "", /Raised/);
});

test("what is taken back before it is told is not told", async () => {
  await raiseAlert(trouble, minutes(0));
  assert.equal((await withdrawAlert(trouble.fingerprint))?.sentAt, null);
  assert.equal(await sendAt(0), 0);
});

test("what is raised while a message is handed over asks for another", async () => {
  await raiseAlert(trouble);
  const [other, watcher] = [1, 2].map(() => new Client({ connectionString: database.url }));
  assert.ok(other && watcher);
  await other.connect();
  // Inside a transaction Postgres shows only the connections that were there at the first look.
  await watcher.connect();
  const waiters = async (): Promise<number> =>
    Number(
      (
        await watcher.query(
          "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        )
      ).rows[0].count,
    );
  await other.query("begin");
  await other.query("select from alerts for update");
  const handing = drainTasks([sendAlert]);
  while ((await waiters()) < 1);
  const raising = raiseAlert(trouble);
  while ((await waiters()) < 2);
  await other.query("commit");
  await Promise.all([handing, raising]);
  await other.end();
  await watcher.end();
  const { rows } = await db.$client.query(
    "select start_after > now() as later from pgboss.job where state = 'created'",
  );
  // A message to Slack, and the one in an hour.
  assert.deepEqual(new Set(rows.map(({ later }) => later)), new Set([false, true]));
});

test("Slack's message is in its own markup, and nobody else's", async () => {
  await raiseAlert({ ...trouble, title: "Wrong: <!channel> & *all*", text: "See <https://evil.example|here>" });
  await drainTasks([sendAlert, postToSlack]);
  const [{ path, method, body } = { path: "", method: "", body: "" }] = slack.asked;
  assert.deepEqual([method, path], ["POST", "/services/hunter2"]);
  assert.deepEqual(JSON.parse(body), {
    text: [
      ":red_circle: *Wrong: &lt;!channel&gt; &amp; *all**",
      "See &lt;https://evil.example|here&gt;",
      "_Lectern, localhost_",
      "What to do: docs/operating.md, under Alerts",
    ].join("\n"),
    unfurl_links: false,
    unfurl_media: false,
  });
});

test("mail and Slack each get it once, whatever becomes of the other", async () => {
  config.ALERT_MAIL = ["tess@example.org", "otto@example.org"];
  slack.answers.push({ status: 500 }, { status: 500 });
  await raiseAlert(trouble);
  await drainTasks([sendAlert, postToSlack]);
  assert.deepEqual(await readMail(), [
    ["otto@example.org", "[Lectern] Wrong: disk"],
    ["tess@example.org", "[Lectern] Wrong: disk"],
  ]);
  await drainTasks([sendAlert, postToSlack], { now: new Date(Date.now() + 600_000) });
  assert.equal(slack.asked.length, 3);
  assert.equal((await readMail()).length, 2);
});

test("without a destination it is kept and shown", async () => {
  config.SLACK_URL = undefined;
  await raiseAlert(trouble);
  await drainTasks([sendAlert, postToSlack]);
  const [alert] = await listAlerts();
  assert.deepEqual([alert?.title, alert?.raised, alert?.sentAt !== null], ["Wrong: disk", 0, true]);
  assert.equal(await alertsCommand.run([]), 0);
});

test("a Slack that is down is tried again, and its address stays secret", async () => {
  const gone = await startStandIn();
  await gone.close();
  config.SLACK_URL = `${gone.url}/services/hunter2`;
  await raiseAlert(trouble);
  const drained = await drainTasks([sendAlert, postToSlack]);
  assert.deepEqual(
    drained.map(({ outcome }) => outcome),
    ["done", "retry"],
  );
  assert.match(String(drained[1]?.error), /Slack did not answer \(ECONNREFUSED\)/);
  const { rows } = await db.$client.query("select * from pgboss.job");
  assert.doesNotMatch(JSON.stringify(rows), /hunter2/);
});

test("a Slack that accepts and is silent is left after its deadline, and holds up no mail", async () => {
  config.ALERT_MAIL = ["tess@example.org"];
  slack.answers.push("nothing");
  await raiseAlert(trouble);
  const drained = await drainTasks([sendAlert, postToSlack]);
  assert.deepEqual(
    drained.map(({ outcome }) => outcome),
    ["done", "retry"],
  );
  assert.equal((await readMail()).length, 1);
  assert.match(String(drained[1]?.error), /within 2 s/);
});

test("while Slack is silent a worker does everything else", async () => {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const other = task("test.other", { input: z.object({}) }, async () => resolve());
  slack.answers.push("nothing");
  await postToSlack.later(trouble);
  const worker = await startWorker({ tasks: [postToSlack, other] });
  while (slack.asked.length === 0) await sleep(10);
  await other.later({});
  await done;
  const { rows } = await db.$client.query("select state from pgboss.job where name = $1", [postToSlack.name]);
  assert.equal(rows[0]?.state, "active");
  await worker.stop();
});

test("messages that are handed over together are sent one a second", async () => {
  for (const fingerprint of ["one", "two", "three"]) await postToSlack.later({ ...trouble, title: fingerprint });
  await drainTasks([postToSlack]);
  const [first, , third] = slack.asked;
  assert.ok((third?.at ?? 0) - (first?.at ?? 0) >= 1900);
});

test("a Slack that asks to wait is not asked again before that", async (t) => {
  slack.answers.push({ status: 429, headers: { "retry-after": "90" } });
  for (const fingerprint of ["one", "two"]) await raiseAlert({ ...trouble, fingerprint });
  const first = await drainTasks([sendAlert, postToSlack]);
  assert.deepEqual(
    first.map(({ outcome }) => outcome),
    ["done", "done", "retry", "retry"],
  );
  // The second was not even asked for.
  assert.equal(slack.asked.length, 1);
  const { rows } = await db.$client.query(
    "select extract(epoch from start_after - now())::float8 as seconds from pgboss.job where state = 'retry'",
  );
  for (const { seconds } of rows) assert.ok(seconds > 80 && seconds <= 90, `${seconds} s`);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 91_000 });
  await drainTasks([postToSlack], { now: new Date() });
  assert.equal(posted().length, 3);
});

test("what was not raised for 90 days is forgotten", async () => {
  config.SLACK_URL = undefined;
  await raiseAlert(trouble, minutes(-91 * 1440));
  await handOver(trouble.fingerprint);
  await raiseAlert({ ...trouble, fingerprint: "recent" });
  await sweepAlerts();
  assert.equal(await findAlert(trouble.fingerprint), undefined);
  assert.notEqual(await findAlert("recent"), undefined);
});
