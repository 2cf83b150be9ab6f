import type { QueryConfig } from "pg";
import type { Gauge, Registry } from "prom-client";
import { db } from "#lib/db.ts";
import { listQueues, type QueueState } from "#lib/jobs/listing.ts";
import { askTogether } from "../asking.ts";
import { gauge, one } from "./readings.ts";

interface Known {
  queues: readonly QueueState[];
  ended: readonly Ended[];
}

/** What ended within the last hour, a row a task. */
interface Ended {
  task: string;
  done: number;
  dead: number;
  /** By quantile, of those that ended well. */
  seconds: readonly number[] | null;
}

const quantiles = ["0.5", "0.95"];

/**
 * What only the database knows, so that workers need no port of their own. Answers how to bring it up to date, which
 * asks at most every five seconds and takes a second and a half at most; without an answer its figures are left out.
 */
export function addDatabase(registry: Registry): () => Promise<void> {
  let known: Known | undefined;
  const ask = askTogether(askDatabase, { freshMs: 5000, deadlineMs: 1500, late: undefined });
  const up = gauge(
    { name: "lectern_database_up", help: "1 when the database answered in time; with 0, what it knows is missing." },
    one(() => (known === undefined ? 0 : 1)),
  );
  const waiting = queueMetrics(() => known?.queues ?? []);
  const ended = endedMetrics(() => known?.ended ?? []);
  for (const metric of [up, ...waiting, ...ended]) registry.registerMetric(metric);
  return async () => {
    known = await ask();
  };
}

async function askDatabase(): Promise<Known | undefined> {
  try {
    // One after the other: whoever looks at a site in trouble must not take two of its connections.
    const { rows: ended } = await db.$client.query<Ended>(endedLastHour);
    return { queues: await listQueues(), ended };
  } catch {
    return undefined;
  }
}

const endedLastHour: QueryConfig & { query_timeout: number } = {
  text: `select name as task,
      count(*) filter (where state = 'completed')::int as done,
      count(*) filter (where state = 'failed')::int as dead,
      percentile_cont(array[${quantiles.join()}]) within group (order by extract(epoch from completed_on - started_on)::float8)
        filter (where state = 'completed' and started_on is not null) as seconds
    from pgboss.job
    where completed_on > now() - interval '1 hour' and name not like '\\_\\_pgboss%'
    group by name`,
  query_timeout: 1500,
};

function queueMetrics(queues: () => readonly QueueState[]): Gauge[] {
  const jobs = gauge(
    {
      name: "lectern_jobs",
      help: "Jobs by task and standing; the same from every process.",
      labels: ["task", "standing"],
    },
    () =>
      queues().flatMap(({ name: task, waiting, later, running, dead }) =>
        Object.entries({ waiting, later, running, dead }).map(
          ([standing, count]) => [{ task, standing }, count] as const,
        ),
      ),
  );
  const oldest = gauge(
    {
      name: "lectern_job_oldest_waiting_seconds",
      help: "How long a job has waited for a worker at most; the same from every process.",
      labels: ["task"],
    },
    () => queues().map(({ name: task, oldestSeconds }) => [{ task }, oldestSeconds ?? 0]),
  );
  return [jobs, oldest];
}

function endedMetrics(ended: () => readonly Ended[]): Gauge[] {
  const outcomes = gauge(
    {
      name: "lectern_jobs_ended_last_hour",
      help: "Jobs that ended within the last hour, well (done) or for good (dead); the same from every process.",
      labels: ["task", "outcome"],
    },
    () =>
      ended().flatMap(({ task, done, dead }) =>
        Object.entries({ done, dead }).map(([outcome, count]) => [{ task, outcome }, count] as const),
      ),
  );
  const duration = gauge(
    {
      name: "lectern_job_duration_last_hour_seconds",
      help: "How long those that ended well took; the same from every process.",
      labels: ["task", "quantile"],
    },
    () =>
      ended().flatMap(({ task, seconds }) =>
        (seconds ?? []).map((value, place) => [{ task, quantile: quantiles[place] ?? "" }, value] as const),
      ),
  );
  return [outcomes, duration];
}
