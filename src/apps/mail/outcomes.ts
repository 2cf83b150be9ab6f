import { RetryAfter } from "#lib/jobs.ts";
import type { Outcome } from "#lib/mail/transport.ts";
import type { State } from "./schema.ts";

/** Where a call leaves those it was for. */
export const stateAfter = {
  accepted: "accepted",
  held: "queued",
  rejected: "refused",
  unknown: "unknown",
} as const satisfies Record<Outcome["state"], State>;

/** Where a call leaves them whose process died meanwhile. */
export const doubtful = { state: "unknown", reason: "The process that sent it died before the answer came." } as const;

/** What a task throws whose call must be made again: after the time that the provider named, or when the task sees fit. */
export function notNow({ reason, waitSeconds }: Outcome): Error {
  return waitSeconds === undefined ? new Error(reason) : new RetryAfter(reason, waitSeconds);
}
