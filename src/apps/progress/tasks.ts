import { accountsMerged } from "#apps/accounts/events.ts";
import { on } from "#lib/jobs.ts";
import { rebuildReadings } from "./readings.ts";

/** Where one reader stands who had two accounts follows from both logs. */
export const followMerges = on(accountsMerged, "progress.follow-merges", async ({ userId }, { finish }) => {
  await finish(() => rebuildReadings(userId));
});

export const tasks = [followMerges];
