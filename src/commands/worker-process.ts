import { parseArgs } from "node:util";
import { tasks } from "../apps.ts";
import { collectErrors } from "../apps/operations/errors.ts";
import { UserError } from "../lib/errors.ts";
import { reportAlive } from "../lib/jobs/supervise.ts";
import { covers, startWorker } from "../lib/jobs/worker.ts";
import { log } from "../lib/log.ts";
import { endOnUncaught } from "./runtime.ts";

/** Runs tasks in this process; answers how to stop. Ends when the process that watches over it has died. */
export async function workOnce(queues: string[]): Promise<() => Promise<void>> {
  reportAlive(() => process.kill(process.pid, "SIGTERM"));
  const errors = collectErrors();
  void endOnUncaught(errors);
  const worker = await startWorker({ tasks, queues });
  log.info({ queues }, "working");
  return async () => {
    await worker.stop();
    await errors.stop();
  };
}

/** Reads the arguments of `./manage work`; throws a UserError for a queue that no task has. */
export function readWorkArguments(args: readonly string[]): { once: boolean; queues: string[] } {
  try {
    const options = { once: { type: "boolean", default: false }, queues: { type: "string", default: "" } } as const;
    const { once, queues } = parseArgs({ args: [...args], options }).values;
    return { once, queues: checkQueues(queues.split(",").filter(Boolean)) };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

function checkQueues(queues: string[]): string[] {
  const unknown = queues.find((queue) => tasks.every(({ name }) => !covers(queue, name)));
  if (unknown === undefined) return queues;
  throw new UserError(`No task is called "${unknown}": there are ${tasks.map(({ name }) => name).join(", ")}.`);
}
