import { accountDeleted, profileChanged } from "#apps/accounts/events.ts";
import { every, on } from "#lib/jobs.ts";
import { announcePublished } from "./announcing.ts";
import { touchContent } from "./content-version.ts";
import { expireDue } from "./expiring.ts";

const eachMinute = "* * * * *";

/** By the clock, so that what is scheduled is announced on time and nobody who publishes has to think of it. */
export const announce = every("catalog.announce-published", eachMinute, { keepDays: 1 }, async (_slot, { finish }) => {
  await finish(() => announcePublished());
});

export const expire = every("catalog.expire-due", eachMinute, { keepDays: 1 }, async (_slot, { finish }) => {
  await finish(() => expireDue());
});

/** Pages name the people who made what they show, so they are made anew when one of them is another. */
export const followProfiles = on(profileChanged, "catalog.follow-profiles", async (_profile, { finish }) => {
  await finish(touchContent);
});

export const followDeletions = on(accountDeleted, "catalog.follow-deletions", async (_account, { finish }) => {
  await finish(touchContent);
});
