import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { entryMoved } from "#apps/editorial/events.ts";
import { config } from "#config.ts";
import { atomic } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import { hearOfMoved, postToSlack } from "./tasks.ts";
import { startStandIn } from "./testing/stand-in.ts";

assert.ok(site);
const slack = await startStandIn();
config.SLACK_URL = slack.url;
after(async () => {
  config.SLACK_URL = undefined;
  await slack.close();
});

const moved = { entryId: 7, title: "Lists", by: "Ada", from: "Draft", to: "Copy edit", note: "<!channel> done" };

test("a move on the desk is told in Slack, once, and calls nobody by what it says", async () => {
  await entryMoved.emit(moved);
  await drainTasks([hearOfMoved, postToSlack]);
  assert.equal(slack.asked.length, 1);
  const body = slack.asked[0]?.body ?? "";
  assert.match(body, /Copy edit: Lists/);
  assert.match(body, /Ada moved it from Draft to Copy edit/);
  assert.match(body, /\/desk\/7\//);
  assert.doesNotMatch(body, /<!channel>/);
});

test("a move that was rolled back is told nowhere", async () => {
  slack.asked.length = 0;
  const failing = atomic(async () => {
    await entryMoved.emit(moved);
    throw new Error("No.");
  });
  await assert.rejects(failing, /No/);
  await drainTasks([hearOfMoved, postToSlack]);
  assert.equal(slack.asked.length, 0);
});
