import { z } from "zod";
import { event } from "#lib/jobs.ts";

/** An account is gone, and everything in this database that belonged to it alone: for what is kept elsewhere. */
export const accountDeleted = event("accounts.account-deleted", z.object({ userId: z.int() }));

/**
 * Somebody has asked for the deletion of their account, has taken that back, or its time has come and something holds it: what is to be
 * done about that follows from the account.
 */
export const leavingChanged = event("accounts.leaving-changed", z.object({ userId: z.int() }));

/** What somebody says of themselves, or shows, is another. */
export const profileChanged = event("accounts.profile-changed", z.object({ profileId: z.int() }));

/** What belonged to the account `formerId` belongs to `userId` now: for what is derived from it. */
export const accountsMerged = event("accounts.accounts-merged", z.object({ userId: z.int(), formerId: z.int() }));
