import { accountDeleted, leavingChanged } from "#apps/accounts/events.ts";
import { on } from "#lib/jobs.ts";
import { forgetDeparted } from "./forgetting.ts";
import { followLeaving } from "./leaving.ts";

// Until its provider has cancelled what somebody pays for, their account is not deleted.
const patient = { limit: 60, delaySeconds: 10, maxDelaySeconds: 3600 };

export const followLeavers = on(leavingChanged, "billing.follow-leavers", async ({ userId }) => followLeaving(userId), {
  retry: patient,
});

export const forgetLeavers = on(accountDeleted, "billing.forget-leavers", forgetDeparted, { retry: patient });

export const leavingTasks = [followLeavers, forgetLeavers];
