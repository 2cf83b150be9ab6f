import { every, type AnyTask } from "#lib/jobs.ts";
import { usesSandbox } from "../providers.ts";
import { letTimePass } from "./clock.ts";
import { deliver } from "./telling.ts";

/** Without anybody at its clock the sandbox lives by the real one. */
const live = every("billing.sandbox-live", "*/5 * * * *", {}, async () => {
  if (usesSandbox()) await letTimePass();
});

export const sandboxTasks: readonly AnyTask[] = [deliver, live];
