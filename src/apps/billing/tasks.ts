import type { AnyTask } from "#lib/jobs.ts";
import { inboxTasks } from "./inbox-tasks.ts";
import { leavingTasks } from "./leaving-tasks.ts";
import { noticesTasks } from "./notices-tasks.ts";
import { sandboxTasks } from "./sandbox/tasks.ts";

export const tasks: readonly AnyTask[] = [...inboxTasks, ...leavingTasks, ...noticesTasks, ...sandboxTasks];
