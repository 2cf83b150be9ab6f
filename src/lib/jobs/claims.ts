import type { Db, JobAttempt, PgBoss } from "pg-boss";
import { z } from "zod";

// All three leave a job alone whose count of retries is not the attempt's any more, and say which they reached.
const answer = z.object({ settled: z.array(z.string()) });

/** Ends attempts well; answers the ids of those that were still the current ones. */
export async function completeJobs(
  boss: PgBoss,
  name: string,
  attempts: readonly JobAttempt[],
  options: { db?: Db } = {},
): Promise<Set<string>> {
  return reached(await boss.complete(name, attempts.map(only), null, options));
}

/** Ends an attempt with an error; answers whether it was still the current one. */
export async function failJob(
  boss: PgBoss,
  name: string,
  { attempt, error, ...options }: { attempt: JobAttempt; error: object; db?: Db },
): Promise<boolean> {
  return reached(await boss.fail(name, only(attempt), error, options)).has(attempt.id);
}

/** Renews leases; answers the ids of those that are still held. */
export async function renewLeases(boss: PgBoss, name: string, attempts: readonly JobAttempt[]): Promise<Set<string>> {
  return reached(await boss.touch(name, attempts.map(only)));
}

function only({ id, retryCount }: JobAttempt): JobAttempt {
  return { id, retryCount };
}

function reached(response: unknown): Set<string> {
  return new Set(answer.parse(response).settled);
}
