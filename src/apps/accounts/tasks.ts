import { every } from "#lib/jobs.ts";
import { mailToken } from "./door/mailing.ts";
import { sweepSessions } from "./sessions.ts";
import { sweepTokens } from "./tokens.ts";

/** Removes sessions that are over, and links and codes that are of no use any more. */
export const sweepAccounts = every("accounts.sweep", "17 * * * *", {}, async () => {
  await sweepSessions();
  await sweepTokens();
});

export const tasks = [sweepAccounts, mailToken];
