import { parseArgs } from "node:util";
import { tasks } from "../apps.ts";
import type { Command } from "../lib/app.ts";
import { UserError } from "../lib/errors.ts";
import { listSchedules } from "../lib/jobs/schedules.ts";
import {
  cancelJob,
  getJob,
  listJobs,
  listQueues,
  retryJob,
  standings,
  type JobState,
  type Standing,
} from "../lib/jobs/listing.ts";
import { table } from "../lib/table.ts";

/** Looks at what is done in the background, and mends it. */
export const jobs: Command = {
  name: "jobs",
  usage: "jobs [list [STANDING] [--task NAME] | show ID | retry ID… | retry --task NAME | cancel ID…]",
  about: `What is done in the background. Alone it shows every task and schedule; a standing is ${standings.join(", ")}.`,
  needs: "database",
  run: async ([verb = "overview", ...args]) => {
    const act = verbs[verb];
    if (act === undefined) throw new UserError(`Say ./manage ${jobs.usage}`);
    process.stdout.write(await act(args));
    return 0;
  },
};

const verbs: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  overview,
  list: async (args) => {
    const { task, positionals } = readArguments(args);
    const [standing] = positionals;
    if (standing !== undefined && !isStanding(standing))
      throw new UserError(`A job is ${standings.join(", ")}; "${standing}" it never is.`);
    const found = await listJobs({ ...(standing && { standing }), ...(task && { task }) });
    return found.length === 0
      ? "There is none.\n"
      : table(["job", "task", "standing", "age", "attempts", ""], found.map(row));
  },
  show: async ([id = ""]) => `${JSON.stringify(await getJob(id), null, 2)}\n`,
  retry: async (args) => {
    const { task, positionals } = readArguments(args);
    const dead = task === undefined ? [] : await listJobs({ standing: "dead", task, limit: 10_000 });
    return each("retried", [...positionals, ...dead.map(({ id }) => id)], retryJob);
  },
  cancel: async (args) => each("cancelled", readArguments(args).positionals, cancelJob),
};

async function each(done: string, ids: readonly string[], act: (id: string) => Promise<void>): Promise<string> {
  if (ids.length === 0) throw new UserError("Name the jobs by their ids: ./manage jobs list shows them.");
  for (const id of ids) await act(id);
  return `${ids.length} ${done}.\n`;
}

async function overview(): Promise<string> {
  const names = new Set(tasks.flatMap((task) => [task.name, ...task.formerly]));
  const queues = await listQueues();
  const rows = queues.map((queue) => [
    queue.name,
    ...[queue.waiting, queue.later, queue.running, queue.dead, queue.doneLastHour].map(String),
    queue.oldestSeconds === null ? "" : age(queue.oldestSeconds),
    names.has(queue.name) ? "" : "no task has this name: what is here waits",
  ]);
  const scheduled = (await listSchedules(tasks, new Date())).map(({ name, cron, timeZone, last, next }) => [
    name,
    `${cron} ${timeZone}`,
    last?.toISOString() ?? "never",
    next?.toISOString() ?? "never",
  ]);
  const header = ["task", "waiting", "later", "running", "dead", "done in the last hour", "oldest", ""];
  return `${table(header, rows)}\n${table(["schedule", "when", "last slot", "next slot"], scheduled)}`;
}

function row({ id, name, standing, attempts, output, key, createdAt, endedAt }: JobState): string[] {
  const since = endedAt ?? createdAt;
  const progress = output?.progress;
  const about = progress === undefined ? output?.message : `${progress.done} of ${progress.total ?? "?"}`;
  const first = (standing === "done" ? undefined : about) ?? (key === null ? "" : `key ${key}`);
  return [id, name, standing, age((Date.now() - since.getTime()) / 1000), String(attempts), first.split("\n")[0] ?? ""];
}

function age(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function readArguments(args: readonly string[]): { task?: string; positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { task: { type: "string" } },
      allowPositionals: true,
    });
    return { ...values, positionals };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

function isStanding(word: string): word is Standing {
  return standings.some((standing) => standing === word);
}
