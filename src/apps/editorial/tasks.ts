import { z } from "zod";
import { every, task } from "#lib/jobs.ts";
import { remindDue } from "./notices.tsx";
import { followPublication, listDue, publishWhenDue } from "./publishing.ts";

/** Waits for the time of one schedule. A schedule that was put off or taken back leaves it nothing to do. */
export const publishScheduled = task(
  "editorial.publish-scheduled",
  {
    input: z.object({ entryId: z.int(), at: z.iso.datetime() }),
    key: ({ entryId, at }) => `${entryId} ${at}`,
    priority: 10,
    keepDays: 7,
  },
  ({ entryId }) => publishWhenDue(entryId),
);

/** Makes up for a schedule whose task was lost, as after a restored backup, and lets stages follow the clock. */
export const publishDue = every("editorial.publish-due", "* * * * *", { keepDays: 1 }, async () => {
  for (const entryId of await listDue()) await publishWhenDue(entryId);
  await followPublication();
});

export const remind = every("editorial.remind-due", "20 7 * * *", {}, async ({ slot }, { finish }) => {
  await finish(() => remindDue(slot));
});
