import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import type { JobState, QueueState, Standing } from "#lib/jobs/listing.ts";
import { standings } from "#lib/jobs/listing.ts";
import type { ScheduleState } from "#lib/jobs/schedules.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Form } from "#ui/form.tsx";
import { Links } from "#ui/links.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { spanOf } from "../words.ts";
import { StandingBadge } from "./job.tsx";

export interface TasksPageProps {
  standing?: Standing;
  task?: string;
  queues: readonly QueueState[];
  /** The names of tasks that this program has. */
  known: ReadonlySet<string>;
  schedules: readonly ScheduleState[];
  jobs: readonly JobState[];
  hasMore: boolean;
  done?: string | undefined;
}

/** What waits, runs and failed, task by task; then the jobs themselves, and what the clock asks for. */
export function TasksPage({ standing, task, queues, known, schedules, jobs, hasMore, done }: TasksPageProps): Html {
  const sentence = sentences.get(done ?? "");
  const mayManage = may(currentViewer(), "operations.manage");
  return (
    <StaffPage title="Tasks" current={urls.staffTasks()} styles={["control.css"]}>
      {sentence === undefined ? null : <Notice tone="good">{sentence}</Notice>}
      <section>
        <h2>By task</h2>
        {queues.length === 0 ? (
          <p class="soft">Nothing was asked for yet.</p>
        ) : (
          <StaffTable
            label="Tasks"
            head={["Task", "Waiting", "Later", "Running", "Dead", "Done in an hour", "Waits since", ""]}
            right={[1, 2, 3, 4, 5, 6]}
          >
            {queues.map((queue) => (
              <QueueRow queue={queue} isKnown={known.has(queue.name)} mayManage={mayManage} />
            ))}
          </StaffTable>
        )}
      </section>
      <section>
        <h2 id="jobs">
          Jobs{task === undefined ? "" : ` of ${task}`}
          {task === undefined ? null : (
            <small>
              <a href={urls.staffTasks({}, { ...(standing && { standing }) })}>of all tasks</a>
            </small>
          )}
        </h2>
        <Filter standing={standing} task={task} />
        {jobs.length === 0 ? (
          <EmptyState title="There is none" heading={2}>
            <p>What has ended well is kept for a while, then it is gone.</p>
          </EmptyState>
        ) : (
          <Jobs jobs={jobs} />
        )}
        {hasMore ? <p class="older soft">There are more: choose a task or a state.</p> : null}
      </section>
      <section>
        <h2 id="schedules">By the clock</h2>
        <StaffTable label="Schedules" head={["Schedule", "When", "Last (UTC)", "Next (UTC)", ""]}>
          {schedules.map((schedule) => (
            <tr>
              <th scope="row">
                <a href={urls.staffTasks({}, { task: schedule.name })}>{schedule.name}</a>
              </th>
              <td class="nowrap">
                <code>{schedule.cron}</code>
                {schedule.timeZone === "UTC" ? null : <small>{schedule.timeZone}</small>}
              </td>
              <td>{schedule.last === undefined ? "not yet" : <Moment at={schedule.last} />}</td>
              <td>{schedule.next === undefined ? "never" : <Moment at={schedule.next} />}</td>
              <td class="right">
                {mayManage ? (
                  <TaskButton act="run" task={schedule.name}>
                    Run now
                  </TaskButton>
                ) : null}
              </td>
            </tr>
          ))}
        </StaffTable>
      </section>
    </StaffPage>
  );
}

const sentences = new Map([
  ["some", "Its dead jobs wait again, with all their attempts."],
  ["none", "No dead job of it could be asked for again: others with the same key wait already."],
  ["asked", "It was asked for, and begins as soon as a worker is free."],
  ["under-way", "It waits or runs already."],
]);

function QueueRow({ queue, isKnown, mayManage }: { queue: QueueState; isKnown: boolean; mayManage: boolean }): Html {
  const { name, oldestSeconds, doneLastHour } = queue;
  const count = (standing: "waiting" | "later" | "running" | "dead"): Child =>
    queue[standing] === 0 ? (
      <span class="none">0</span>
    ) : (
      <a href={`${urls.staffTasks({}, { task: name, standing })}#jobs`}>{queue[standing]}</a>
    );
  return (
    <tr>
      <th scope="row">
        <a href={`${urls.staffTasks({}, { task: name })}#jobs`}>{name}</a>
        {isKnown ? null : <small>No task has this name: what is here waits.</small>}
      </th>
      <td class="right">{count("waiting")}</td>
      <td class="right">{count("later")}</td>
      <td class="right">{count("running")}</td>
      <td class={queue.dead > 0 ? "right bad" : "right"}>{count("dead")}</td>
      <td class="right">{doneLastHour}</td>
      <td class="right nowrap">
        {oldestSeconds === null ? <span class="none">–</span> : spanOf(Math.floor(oldestSeconds / 60))}
      </td>
      <td class="right">
        {mayManage && queue.dead > 0 ? (
          <TaskButton act="requeue" task={name}>
            Retry the dead
          </TaskButton>
        ) : null}
      </td>
    </tr>
  );
}

function TaskButton({ act, task, children }: { act: "requeue" | "run"; task: string; children: Child }): Html {
  return (
    <Form action={urls.staffTasks()} kind="inline">
      <input type="hidden" name="act" value={act} />
      <input type="hidden" name="task" value={task} />
      <button class="button" type="submit">
        {children} <span class="unseen">{task}</span>
      </button>
    </Form>
  );
}

function Filter({ standing, task }: { standing: Standing | undefined; task: string | undefined }): Html {
  const hrefOf = (each: Standing | undefined): string =>
    `${urls.staffTasks({}, { ...(task !== undefined && { task }), ...(each !== undefined && { standing: each }) })}#jobs`;
  return (
    <nav class="chips" aria-label="Jobs by state">
      <Links
        links={[undefined, ...standings].map((each) => ({ name: each ?? "all", href: hrefOf(each) }))}
        current={hrefOf(standing)}
      />
    </nav>
  );
}

function Jobs({ jobs }: { jobs: readonly JobState[] }): Html {
  return (
    <StaffTable label="Jobs" head={["Task", "State", "Since (UTC)", "Attempts", ""]} right={[3]}>
      {jobs.map(({ id, name, standing, attempts, output, createdAt, startedAt, endedAt }) => (
        <tr>
          <th scope="row">
            <a href={urls.staffJob({ job: id })}>{name}</a>
          </th>
          <td>
            <StandingBadge standing={standing} />
          </td>
          <td>
            <Moment at={endedAt ?? startedAt ?? createdAt} />
          </td>
          <td class="right">{attempts}</td>
          <td class="wide-cell">
            <small class="clip">{standing === "done" ? "" : aboutOf(output)}</small>
          </td>
        </tr>
      ))}
    </StaffTable>
  );
}

function aboutOf(output: JobState["output"]): string {
  const progress = output?.progress;
  if (progress !== undefined) return `${progress.done} of ${progress.total ?? "?"}`;
  return (output?.message ?? "").split("\n")[0]?.slice(0, 160) ?? "";
}
