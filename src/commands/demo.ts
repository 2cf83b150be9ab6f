import { fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { UserError } from "../lib/errors.ts";

const outcomeSchema = z.union([z.object({ loaded: z.number() }), z.object({ refused: z.string() })]);
export type Outcome = z.infer<typeof outcomeSchema>;

/**
 * Starts the process that fills an empty site with the demo. It gets ready at once, but asks for the database only when
 * `load` is called, which answers how many tutorials that were. Throws a UserError when the demo cannot be loaded.
 */
export function startDemo(): { load: () => Promise<number> } {
  // It ends before it needs to be small.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith("--max-"));
  const child = fork(new URL("./demo-process.ts", import.meta.url), { execArgv });
  let outcome: Outcome = { refused: "The demo could not be loaded." };
  child.on("message", (message) => {
    outcome = outcomeSchema.safeParse(message).data ?? outcome;
  });
  // Whichever comes first; a process that fails says nothing.
  const ended = Promise.race([once(child, "message"), once(child, "disconnect")]).catch(() => undefined);
  // Until it is told to, it keeps nobody from ending, and ends with whoever started it.
  child.unref();
  child.channel?.unref();
  return {
    load: async () => {
      child.ref();
      child.channel?.ref();
      child.send({}, () => undefined);
      await ended;
      if ("refused" in outcome) throw new UserError(outcome.refused);
      return outcome.loaded;
    },
  };
}
