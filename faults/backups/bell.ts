import { z } from "zod";
import { task } from "#lib/jobs.ts";

/** A task that runs while a site is held, to tell that its worker works. */
export const bell = task("faults.bell", { input: z.object({}), whileHeld: true }, async () => undefined);
