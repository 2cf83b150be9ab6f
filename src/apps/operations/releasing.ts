import { doubtWhatWaited } from "#apps/mail/holding.ts";
import { atomic } from "#lib/db.ts";
import { liftHold } from "#lib/jobs/hold.ts";
import { clock, counted } from "./words.ts";

/**
 * Lets mail and tasks of a restored site go. What waited when the backup was made stays back, in doubt, unless `sends` says that
 * the site it was made of has sent nothing since. Answers what became of it, in sentences.
 */
export async function release({ sends }: { sends: boolean }): Promise<string> {
  return await atomic(async () => {
    const hold = await liftHold();
    if (hold === undefined) return "Nothing is held.\n";
    const doubted = sends ? 0 : await doubtWhatWaited(hold.since);
    const about = `Mail and tasks go on: they were held since ${clock(hold.since)} UTC.\n`;
    return doubted === 0
      ? about
      : `${about}${counted(doubted, "mail")} waited when the backup was made, and may have been sent since. Decide at /staff/mail/ or by ./manage mail.\n`;
  });
}
