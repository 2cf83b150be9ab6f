import { randomUUID } from "node:crypto";
import { db } from "../db.ts";
import { currentRequestId } from "../trace.ts";
import { channel, ensureQueue } from "./boss.ts";
import type { AnyTask, Asked, When } from "./task.ts";

/** Saves a job in the caller's transaction; answers its id, or nothing when its key is taken. */
export async function enqueue(task: AnyTask, input: unknown, when: When = {}): Promise<string | undefined> {
  const [id] = await insertJobs(task, [{ input, requestId: currentRequestId(), ...when }]);
  return id;
}

/** Saves several by one statement, in the caller's transaction. One whose key is taken is left out. */
export async function enqueueAll(task: AnyTask, asked: readonly Asked<unknown>[]): Promise<void> {
  if (asked.length > 0) await insertJobs(task, asked);
}

// By a statement of our own: pg-boss takes a quarter of a second and 10 MB to be loaded, which a process that serves pages
// would pay at the first thing that somebody asks for, and Postgres prepares this one.
async function insertJobs(task: AnyTask, asked: readonly (Asked<unknown> & When)[]): Promise<string[]> {
  await ensureQueue(task);
  const jobs = asked.map(({ input, requestId, ...when }) => {
    const id = randomUUID();
    return {
      id,
      data: { input, requestId },
      key: when.key ?? task.keyOf(input) ?? id,
      priority: when.priority ?? task.settings.priority,
      at: when.at,
      in: when.inSeconds,
    };
  });
  const values = [task.name, JSON.stringify(jobs), channel];
  const { rows } = await db.$client.query<{ id: string }>({ name: "enqueue", text: statement, values });
  return rows.map(({ id }) => id);
}

/** What pg-boss's `send` does for a queue of ours; a test compares the rows. */
const statement = `
  with asked as (
    insert into pgboss.job (
      id, name, data, priority, singleton_key, start_after, created_on, keep_until, expire_seconds, deletion_seconds,
      retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds)
    select
      job.id, queue.name, job.data, job.priority, job.key, job.start, pgboss.job_now(),
      job.start + queue.retention_seconds * interval '1 s', queue.expire_seconds, queue.deletion_seconds,
      queue.retry_limit, queue.retry_delay, queue.retry_backoff, queue.retry_delay_max, queue.policy, queue.dead_letter,
      queue.heartbeat_seconds
    from pgboss.queue, (
      select *, coalesce("at", pgboss.job_now() + coalesce("in", 0) * interval '1 s') as start
      from json_to_recordset($2::json) as job (
        id uuid, data jsonb, key text, priority int, "at" timestamptz, "in" float8)
    ) as job
    where queue.name = $1
    on conflict do nothing
    returning id, start_after
  ),
  told as (select pg_notify($3, $1) from asked where start_after <= pgboss.job_now() limit 1)
  select id from asked where (select count(*) from told) >= 0`;
