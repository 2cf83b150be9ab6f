import type { AnyTask } from "#lib/jobs.ts";
import { noticesTasks } from "./notices-tasks.ts";
import { sandboxTasks } from "./sandbox/tasks.ts";

export const tasks: readonly AnyTask[] = [...noticesTasks, ...sandboxTasks];
