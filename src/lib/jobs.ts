import { z } from "zod";
import { enqueue, enqueueAll } from "./jobs/enqueue.ts";
import { GiveUp, settingsOf, type AnyTask, type Task, type TaskContext, type TaskOptions } from "./jobs/task.ts";
import { atomic } from "./db.ts";
import { log } from "./log.ts";

export { drainTasks } from "./jobs/drain.ts";
export { GiveUp, RetryAfter, type AnyTask, type Task, type TaskContext } from "./jobs/task.ts";
export { startWorker, type Worker } from "./jobs/worker.ts";

/**
 * Something to be done later, by a worker. It runs at least once: until an attempt has ended well, or the last one has
 * failed. What an attempt saves in `atomic()` is refused when another attempt has taken its place.
 */
export function task<Schema extends z.ZodType>(
  name: string,
  { input: schema, ...options }: TaskOptions<z.output<Schema>> & { input: Schema },
  run: (input: z.output<Schema>, context: TaskContext) => Promise<unknown>,
): Task<Schema> {
  const settings = settingsOf(options);
  const made: Task<Schema> = {
    name,
    formerly: options.formerly ?? [],
    settings,
    keyOf: (input) => options.key?.(schema.parse(input)),
    execute: async (input, context) => {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw new GiveUp(`The input is not what the task expects: ${z.prettifyError(parsed.error)}`);
      await run(parsed.data, context);
    },
    later: (input, when) => enqueue(made, input, when),
    laterAll: (asked) => enqueueAll(made, asked),
    now: (input) => made.execute(input, inline(name)),
  };
  return made;
}

/**
 * A task that a clock asks for, by a cron expression of five fields. However many workers there are, a slot fires once.
 * Of slots that passed while no worker ran, the latest is made up for. One that comes while the run before still waits
 * or runs is left out. When clocks go forward, a time that the day lacks fires an hour later; when they go back, a time
 * that comes twice fires the first time, unless the expression stands for every hour.
 */
export function every(
  name: string,
  cron: string,
  { timeZone = "UTC", ...options }: Omit<TaskOptions<Slot>, "key" | "priority"> & { timeZone?: string },
  run: (slot: Slot, context: TaskContext) => Promise<unknown>,
): Task<typeof slotSchema> {
  const retry = { limit: 3, delaySeconds: 5, maxDelaySeconds: 60, ...options.retry };
  return {
    ...task(name, { ...options, retry, input: slotSchema, key: () => name }, run),
    schedule: { cron, timeZone },
  };
}

const slotSchema = z.object({ slot: z.coerce.date<Date | string>() });
export type Slot = z.output<typeof slotSchema>;

/** Something that has happened, for others to hear of. */
export interface Event<Schema extends z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
  /** Tells every listener, each by a job of its own, in the caller's transaction. */
  emit: (payload: z.input<Schema>) => Promise<void>;
}

export function event<Schema extends z.ZodType>(name: string, schema: Schema): Event<Schema> {
  return {
    name,
    schema,
    emit: async (payload) => {
      if (listeners === undefined) throw new Error(`Nobody has said who listens to ${name}: import apps.ts.`);
      schema.parse(payload);
      for (const listener of listeners.get(name) ?? []) await enqueue(listener, payload);
    },
  };
}

/** A task that an event asks for. It is told of what happened after it was declared in a manifest. */
export function on<Schema extends z.ZodType>(
  announced: Event<Schema>,
  name: string,
  run: (payload: z.output<Schema>, context: TaskContext) => Promise<unknown>,
  options: TaskOptions<z.output<Schema>> = {},
): Task<Schema> & { listensTo: string } {
  return { ...task(name, { ...options, input: announced.schema }, run), listensTo: announced.name };
}

let listeners: Map<string, AnyTask[]> | undefined;
let known: readonly AnyTask[] | undefined;

/** Takes note of all tasks, so that events reach those that listen; answers them. Throws when two have one name. */
export function knowTasks(tasks: readonly (AnyTask & { listensTo?: string })[]): readonly AnyTask[] {
  const names = tasks.flatMap((each) => [each.name, ...each.formerly]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two tasks are called ${twice}.`);
  listeners = Map.groupBy(
    tasks.filter((each) => each.listensTo !== undefined),
    (each) => each.listensTo ?? "",
  );
  return (known = tasks);
}

/** All tasks. Throws when nobody has said which there are. */
export function knownTasks(): readonly AnyTask[] {
  if (known === undefined) throw new Error("Nobody has said which tasks there are: import apps.ts.");
  return known;
}

function inline(name: string): TaskContext {
  return {
    signal: new AbortController().signal,
    attempt: 1,
    log: log.child({ task: name }),
    progress: async () => undefined,
    finish: (work) => atomic(work),
  };
}
