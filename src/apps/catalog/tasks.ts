import { every } from "#lib/jobs.ts";
import { announcePublished } from "./announcing.ts";
import { expireDue } from "./expiring.ts";

const eachMinute = "* * * * *";

/** By the clock, so that what is scheduled is announced on time and nobody who publishes has to think of it. */
export const announce = every("catalog.announce-published", eachMinute, { keepDays: 1 }, async (_slot, { finish }) => {
  await finish(() => announcePublished());
});

export const expire = every("catalog.expire-due", eachMinute, { keepDays: 1 }, async (_slot, { finish }) => {
  await finish(() => expireDue());
});
