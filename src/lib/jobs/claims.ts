import type { Db, JobAttempt, PgBoss } from "pg-boss";
import { z } from "zod";
import { atomic, db } from "../db.ts";
import { log } from "../log.ts";
import { currentTransaction } from "./boss.ts";

/** An attempt that a worker has taken. */
export interface Claim extends JobAttempt {
  name: string;
}

// All of these leave a job alone whose count of retries is not the attempt's any more, and say which they reached.
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

/** Ends attempts with an error; answers the ids of those that were still the current ones. */
export async function failJobs(
  boss: PgBoss,
  name: string,
  { attempts, error, ...options }: { attempts: readonly JobAttempt[]; error: object; db?: Db },
): Promise<Set<string>> {
  return reached(await boss.fail(name, attempts.map(only), error, options));
}

/** Renews leases; answers the ids of those that are still held. */
export async function renewLeases(boss: PgBoss, name: string, attempts: readonly JobAttempt[]): Promise<Set<string>> {
  return reached(await boss.touch(name, attempts.map(only)));
}

/** A worker that says nothing for so long has died, in seconds. */
const leaseSeconds = 10;

/**
 * Takes back the attempts of workers that are not heard of any more: each is tried again, or dead if it was the last. Those that
 * the caller holds it renews, also when it was asleep just now: of them it is heard.
 */
export async function reclaimExpired(boss: PgBoss, held: readonly Claim[]): Promise<void> {
  await atomic(async () => {
    // A row that is locked is about to end, or its worker was paused inside a transaction: nobody waits for that. By queue,
    // since that is what an index finds active jobs by.
    const { rows } = await db.$client.query<Claim>(
      `select job.name, job.id, job.retry_count as "retryCount" from pgboss.queue join pgboss.job on job.name = queue.name
       where job.state = 'active' and job.heartbeat_on < now() - ${leaseSeconds} * interval '1 s'
         and not exists (select from unnest($1::uuid[], $2::int[]) as held (id, attempt)
           where held.id = job.id and held.attempt = job.retry_count)
       order by job.name limit 1000 for update of job skip locked`,
      [held.map(({ id }) => id), held.map(({ retryCount }) => retryCount)],
    );
    await handBack(boss, rows, "Its worker was not heard of any more.");
  });
}

/** Takes back attempts of which nobody can go on. */
export async function handBack(boss: PgBoss, claims: readonly Claim[], reason: string): Promise<void> {
  for (const [name, attempts] of Map.groupBy(claims, (claim) => claim.name)) {
    const { size } = await failJobs(boss, name, { attempts, error: { message: reason }, db: currentTransaction });
    if (size > 0) log.warn({ task: name, jobs: size, reason }, "jobs are handed back");
  }
}

function only({ id, retryCount }: JobAttempt): JobAttempt {
  return { id, retryCount };
}

function reached(response: unknown): Set<string> {
  return new Set(answer.parse(response).settled);
}
