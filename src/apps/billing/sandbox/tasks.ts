import type { AnyTask } from "#lib/jobs.ts";

export const sandboxTasks: readonly AnyTask[] = [];
