import { z } from "zod";
import { task } from "#lib/jobs.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { linkMail, resetMail } from "../mails/door.tsx";
import { issueToken } from "../tokens.ts";
import { findUserByAddress } from "../users.ts";

const kinds = {
  "sign-in": { mail: linkMail, minutes: 15 },
  reset: { mail: resetMail, minutes: 60 },
} as const;

const wanted = z.object({
  purpose: z.enum(["sign-in", "reset"]),
  address: z.string(),
  visitHash: z.string(),
  next: z.string(),
});

/**
 * Mails a link and a code to the owner of an account, and nothing to others. A task, so that the answer to who asked takes
 * as long whether there is an account or not.
 */
export const mailToken = task(
  "accounts.mail-token",
  { input: wanted, priority: 10, keepDays: 1 },
  async ({ purpose, address, visitHash, next }, { finish }) => {
    const { mail, minutes } = kinds[purpose];
    await finish(async () => {
      const user = await findUserByAddress(address);
      if (user === undefined) return;
      const issued = await issueToken(purpose, minutes, { userId: user.id, address, visitHash, data: { next } });
      await sendMail(mail, { address: user.address, name: user.name }, { ...issued, minutes });
    });
  },
);

const kept = z.object({ next: z.string().default("") });

/** Where to go on with a token that was mailed. */
export function nextOf({ data }: { data: unknown }): string {
  return kept.parse(data).next;
}
