import type { AnyTask } from "#lib/jobs.ts";

export const noticesTasks: readonly AnyTask[] = [];
