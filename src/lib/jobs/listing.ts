import { db } from "../db.ts";
import { UserError } from "../errors.ts";
import { errorCode } from "../postgres/errors.ts";

/** Where a job stands. `later` includes what waits to be tried again. */
export const standings = ["waiting", "later", "running", "dead", "done", "cancelled"] as const;
export type Standing = (typeof standings)[number];

const standing = `case
  when state = 'active' then 'running'
  when state = 'failed' then 'dead'
  when state = 'completed' then 'done'
  when state = 'cancelled' then 'cancelled'
  when start_after <= now() then 'waiting'
  else 'later' end`;

export interface QueueState {
  name: string;
  waiting: number;
  later: number;
  running: number;
  dead: number;
  /** Ended well within the last hour. */
  doneLastHour: number;
  /** How long what is due has waited at most, in seconds. */
  oldestSeconds: number | null;
}

/** What every queue holds, those whose task nobody knows included. */
export async function listQueues(): Promise<QueueState[]> {
  const { rows } = await db.$client.query<QueueState>(
    `select name,
       count(*) filter (where standing = 'waiting')::int as "waiting",
       count(*) filter (where standing = 'later')::int as "later",
       count(*) filter (where standing = 'running')::int as "running",
       count(*) filter (where standing = 'dead')::int as "dead",
       count(*) filter (where standing = 'done' and completed_on > now() - interval '1 hour')::int as "doneLastHour",
       extract(epoch from now() - min(start_after) filter (where standing = 'waiting'))::float8 as "oldestSeconds"
     from (select *, ${standing} as standing from pgboss.job where name not like '\\_\\_pgboss%') job
     group by name order by name`,
  );
  return rows;
}

/** The tasks that have dead jobs, by name. */
export async function listDead(): Promise<{ name: string; count: number; newestAt: Date }[]> {
  const { rows } = await db.$client.query<{ name: string; count: number; newestAt: Date }>(
    `select name, count(*)::int as count, max(completed_on) as "newestAt" from pgboss.job
     where state = 'failed' and name not like '\\_\\_pgboss%' group by name order by name`,
  );
  return rows;
}

/** The queues in which something has been due for so long and has not begun, by name. */
export async function listLate(seconds: number): Promise<{ name: string; count: number; dueAt: Date }[]> {
  const { rows } = await db.$client.query<{ name: string; count: number; dueAt: Date }>(
    `select name, count(*)::int as count, min(start_after) as "dueAt" from pgboss.job
     where state < 'active' and start_after < now() - make_interval(secs => $1) and name not like '\\_\\_pgboss%'
     group by name order by name`,
    [seconds],
  );
  return rows;
}

/** Those among these tasks whose newest job is dead. */
export async function listNewestDead(names: readonly string[]): Promise<string[]> {
  const { rows } = await db.$client.query<{ name: string }>(
    `select name from unnest($1::text[]) as asked (name)
     where 'failed' = (select state from pgboss.job where job.name = asked.name order by created_on desc limit 1)`,
    [names],
  );
  return rows.map(({ name }) => name);
}

export interface JobState {
  id: string;
  name: string;
  standing: Standing;
  attempts: number;
  priority: number;
  key: string | null;
  input: unknown;
  requestId: string | null;
  /** The error of the last attempt, or how far a running one is. */
  output: { message?: string; stack?: string; progress?: { done: number; total?: number } } | null;
  createdAt: Date;
  dueAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

const columns = `id, name, ${standing} as standing, priority,
  retry_count + (started_on is not null)::int as attempts,
  nullif(singleton_key, id::text) as key, data -> 'input' as input, data ->> 'requestId' as "requestId",
  coalesce(output -> 'value', output) as output, created_on as "createdAt", start_after as "dueAt",
  started_on as "startedAt", completed_on as "endedAt"`;

/** Jobs, the newest first. */
export async function listJobs({
  standing: wanted,
  task,
  limit = 50,
}: {
  standing?: Standing;
  task?: string;
  limit?: number;
}): Promise<JobState[]> {
  const { rows } = await db.$client.query<JobState>(
    `select * from (select ${columns} from pgboss.job where name not like '\\_\\_pgboss%') job
     where ($1::text is null or standing = $1) and ($2::text is null or name = $2)
     order by coalesce("endedAt", "startedAt", "createdAt") desc limit $3`,
    [wanted, task, limit],
  );
  return rows;
}

/** Throws a UserError when there is no such job. */
export async function getJob(id: string): Promise<JobState> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const { rows } = await db.$client.query<JobState>(`select ${columns} from pgboss.job where id = $1`, [
    isId ? id : null,
  ]);
  if (rows[0] === undefined) throw new UserError(`There is no job ${id}.`);
  return rows[0];
}

/** Gives a dead or cancelled job all its attempts again, now. Throws a UserError when it cannot be. */
export async function retryJob(id: string): Promise<void> {
  const { name, standing: found } = await getJob(id);
  if (found !== "dead" && found !== "cancelled") throw new UserError(`The job ${id} is ${found}, not dead.`);
  try {
    await db.$client.query(
      `update pgboss.job set state = 'retry', retry_limit = job.retry_count + queue.retry_limit + 1, completed_on = null,
         start_after = now(), keep_until = now() + queue.retention_seconds * interval '1 s'
       from pgboss.queue where queue.name = job.name and job.name = $1 and job.id = $2 and state in ('failed', 'cancelled')`,
      [name, id],
    );
  } catch (error) {
    if (errorCode(error) !== "23505") throw error;
    throw new UserError(`Another job of ${name} with the same key waits or runs already.`);
  }
}

/** Gives the dead jobs of a task all their attempts again, `limit` at most. Answers how many it could; one whose key is taken stays. */
export async function retryDead(task: string, limit = 1000): Promise<number> {
  let count = 0;
  for (const { id } of await listJobs({ standing: "dead", task, limit })) {
    try {
      await retryJob(id);
      count += 1;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return count;
}

/** Cancels what waits or runs; a running attempt is told within seconds, and may save nothing more. */
export async function cancelJob(id: string): Promise<void> {
  const { name, standing: found } = await getJob(id);
  const { rowCount } = await db.$client.query(
    "update pgboss.job set state = 'cancelled', completed_on = now() where name = $1 and id = $2 and state <= 'active'",
    [name, id],
  );
  if (rowCount === 0) throw new UserError(`The job ${id} is ${found}: there is nothing to cancel.`);
}
