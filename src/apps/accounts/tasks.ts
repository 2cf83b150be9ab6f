import { every } from "#lib/jobs.ts";
import { deleteDueAccounts } from "./deletion.ts";
import { mailToken } from "./door/mailing.ts";
import { sweepSessions } from "./sessions.ts";
import { sweepTokens } from "./tokens.ts";

/** Removes sessions that are over, and links and codes that are of no use any more. */
export const sweepAccounts = every("accounts.sweep", "17 * * * *", {}, async () => {
  await sweepSessions();
  await sweepTokens();
});

/** Deletes the accounts whose owners asked for it and did not come back. */
export const deleteAccounts = every("accounts.delete", "37 * * * *", {}, deleteDueAccounts);

export const tasks = [sweepAccounts, mailToken, deleteAccounts];
