import { z } from "zod";
import { entryPublished } from "#apps/catalog/events.ts";
import { entryMoved } from "#apps/editorial/events.ts";
import { config } from "#config.ts";
import { knownChecks } from "#lib/checks.ts";
import { every, on, task } from "#lib/jobs.ts";
import { headerText } from "#lib/mail/headers.ts";
import { urls } from "#urls.ts";
import { post } from "./alerts/slack.ts";
import { handOver, sweepAlerts } from "./alerts.ts";
import { sweepErrors } from "./errors/groups.ts";
import { beat } from "./heartbeat.ts";
import { handOverNews, notePublished } from "./news.ts";
import { watch } from "./watching.ts";

// One message a second is what Slack takes. https://docs.slack.dev/apis/web-api/rate-limits/#posting-messages
const queue = { ratePerSecond: 1, concurrency: 2 };

export const sendAlert = task(
  "operations.send-alert",
  { input: z.object({ fingerprint: z.string() }), key: ({ fingerprint }) => fingerprint, queue, keepDays: 7 },
  // In one transaction with its end, so that what is raised meanwhile asks for another.
  ({ fingerprint }, { finish }) => finish(() => handOver(fingerprint)),
);

export const postToSlack = task(
  "operations.post-to-slack",
  {
    input: z.object({ kind: z.enum(["trouble", "mended", "news"]), title: z.string(), text: z.string() }),
    // A service may be down for a day, or an address be wrong over a weekend.
    retry: { limit: 80, delaySeconds: 5, maxDelaySeconds: 3600 },
    queue,
  },
  async (message) => {
    if (config.SLACK_URL !== undefined) await post(config.SLACK_URL, message);
  },
);

const eachMinute = "* * * * *";

export const watchChecks = every("operations.watch", eachMinute, { keepDays: 1, whileHeld: true }, () =>
  watch(knownChecks()),
);

export const heartbeat = every("operations.heartbeat", eachMinute, { keepDays: 1, retry: { limit: 0 } }, () => beat());

export const sendNews = every("operations.send-news", eachMinute, { keepDays: 1 }, (_slot, { finish }) =>
  finish(() => handOverNews()),
);

export const hearOfPublished = on(entryPublished, "operations.hear-of-published", ({ entryId }, { finish }) =>
  finish(() => notePublished(entryId)),
);

/** The desk is talked about where alerts are read, by who works there. */
export const hearOfMoved = on(entryMoved, "operations.hear-of-moved", (moved, { finish }) => {
  const { entryId, title, by, from, to, note } = moved;
  const said = note === "" ? "" : ` “${note}”`;
  const link = config.BASE_URL + urls.deskEntry({ id: String(entryId) });
  const text = `${by} moved it from ${from} to ${to}.${said}\n${link}`;
  return finish(async () => {
    await postToSlack.later({ kind: "news", title: headerText(`${to}: ${title}`), text });
  });
});

export const sweepOperations = every("operations.sweep", "41 3 * * *", {}, async () => {
  await sweepErrors();
  await sweepAlerts();
});

export const tasks = [
  sendAlert,
  postToSlack,
  watchChecks,
  heartbeat,
  sendNews,
  hearOfPublished,
  hearOfMoved,
  sweepOperations,
];
