import { accountDeleted } from "#apps/accounts/events.ts";
import { on } from "#lib/jobs.ts";
import { forgetAccount } from "./forgetting.ts";

export const followDeletions = on(accountDeleted, "admin.follow-deletions", async ({ userId }, { finish }) => {
  await finish(() => forgetAccount(userId));
});

export const tasks = [followDeletions];
