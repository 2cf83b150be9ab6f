import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { knownTasks } from "#lib/jobs.ts";
import {
  cancelJob,
  getJob,
  listJobs,
  listQueues,
  retryDead,
  retryJob,
  standings,
  type JobState,
} from "#lib/jobs/listing.ts";
import { listSchedules, runNow } from "#lib/jobs/schedules.ts";
import { urls } from "#urls.ts";
import { JobPage } from "../views/job.tsx";
import { TasksPage } from "../views/tasks.tsx";

const shown = 50;

/** What is done in the background: looked at by who may see it, mended by who may manage it. */
export function tasksRoutes(router: Router): void {
  const see = { access: "permission:operations.view" } as const;
  const manage = { access: "permission:operations.manage" } as const;

  const query = z.object({
    standing: z.enum(standings).optional().catch(undefined),
    task: z.string().max(100).optional().catch(undefined),
    done: z.string().max(200).optional().catch(undefined),
  });
  router.get(urls.staffTasks.pattern, { ...see, query }, async ({ query: { standing, task, done } }) => {
    const filter = { ...(standing && { standing }), ...(task && { task }) };
    const jobs = await listJobs({ ...filter, limit: shown + 1 });
    const [queues, schedules] = [await listQueues(), await listSchedules(knownTasks(), new Date())];
    const known = new Set(knownTasks().flatMap(({ name, formerly }) => [name, ...formerly]));
    return (
      <TasksPage
        {...{ ...filter, queues, known, schedules, done }}
        jobs={jobs.slice(0, shown)}
        hasMore={jobs.length > shown}
      />
    );
  });

  const deed = z.object({ act: z.enum(["requeue", "run"]), task: z.string().min(1).max(100) });
  router.post(urls.staffTasks.pattern, manage, async (request, reply) => {
    const { data } = readForm(request, deed);
    if (data === undefined) throw new Refused(400);
    const done = data.act === "requeue" ? await requeue(data.task) : await run(data.task);
    return reply.redirect(urls.staffTasks({}, { task: data.task, done }), 303);
  });

  router.get(urls.staffJob.pattern, see, async ({ params }) => <JobPage job={await findJob(params.job)} />);

  const jobDeed = z.object({ act: z.enum(["retry", "cancel"]) });
  router.post(urls.staffJob.pattern, manage, async (request, reply) => {
    const { data } = readForm(request, jobDeed);
    if (data === undefined) throw new Refused(400);
    const job = await findJob(request.params.job);
    try {
      await (data.act === "retry" ? retryJob(job.id) : cancelJob(job.id));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      reply.code(409);
      return <JobPage job={await findJob(job.id)} problem={error.message} />;
    }
    return reply.redirect(urls.staffJob({ job: job.id }), 303);
  });
}

async function requeue(task: string): Promise<"none" | "some"> {
  return (await retryDead(task)) === 0 ? "none" : "some";
}

async function run(task: string): Promise<"asked" | "under-way"> {
  return (await runNow(knownTasks(), task)) === undefined ? "under-way" : "asked";
}

async function findJob(id: string): Promise<JobState> {
  try {
    return await getJob(id);
  } catch (error) {
    if (error instanceof UserError) throw new NotFound("There is no such job.");
    throw error;
  }
}
