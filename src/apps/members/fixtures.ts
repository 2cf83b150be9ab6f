import { people } from "#apps/accounts/fixtures.ts";
import { addDefaultPlans } from "./default-plans.ts";
import { putEntitlement } from "./entitlements.ts";

/** The plans of the small world, and that `maya` is a member by a comp without an end. */
export async function addMemberships(): Promise<void> {
  await addDefaultPlans();
  await putEntitlement("comp", "maya", {
    userId: people.indexOf("maya") + 1,
    label: "complimentary membership",
    startsAt: new Date("2026-01-01T00:00:00Z"),
    endsAt: null,
    reason: "She wrote the first review.",
    grantedBy: people.indexOf("otto") + 1,
  });
}
