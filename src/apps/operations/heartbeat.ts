import { sql } from "drizzle-orm";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { checkStates } from "./schema.ts";

const deadlineMs = 2000;
/** The checks are asked once a minute; when they were not for so long, something is wrong with the work. */
const staleMs = 180_000;

/**
 * Tells the monitor outside that all is alive: that this runs, that the database answers, and that the checks are asked.
 * When it does not, the monitor hears nothing, and says so. Answers whether it was told.
 */
export async function beat(url = config.HEARTBEAT_URL, now = new Date()): Promise<boolean> {
  if (url === undefined) return false;
  const [row] = await db
    .select({ last: sql<Date | null>`max(${checkStates.checkedAt})`.mapWith(checkStates.checkedAt) })
    .from(checkStates);
  if (!row?.last || row.last.getTime() < now.getTime() - staleMs) {
    log.warn("the checks have not been asked for three minutes, so the monitor hears nothing");
    return false;
  }
  // The address is a secret, and an error of fetch may repeat it.
  const isTold = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(deadlineMs) }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isTold) log.warn("the monitor did not take the heartbeat");
  return isTold;
}
