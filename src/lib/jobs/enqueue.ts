import { randomUUID } from "node:crypto";
import { currentRequestId } from "../trace.ts";
import { currentTransaction, ensureQueues, openQueues } from "./boss.ts";
import type { AnyTask, When } from "./task.ts";

/** Saves a job in the caller's transaction; answers its id, or nothing when its key is taken. */
export async function enqueue(task: AnyTask, input: unknown, when: When = {}): Promise<string | undefined> {
  const boss = await openQueues();
  await ensureQueues(boss, [task]);
  const id = randomUUID();
  const sent = await boss.send(
    task.name,
    { input, requestId: currentRequestId() },
    {
      id,
      singletonKey: when.key ?? task.keyOf(input) ?? id,
      priority: when.priority ?? task.settings.priority,
      ...(when.at !== undefined && { startAfter: when.at }),
      ...(when.inSeconds !== undefined && { startAfter: when.inSeconds }),
      db: currentTransaction,
    },
  );
  return sent ?? undefined;
}
