import { z } from "zod";
import { event } from "#lib/jobs.ts";

/** An entry can be read by the public, for the first time. */
export const entryPublished = event("catalog.entry-published", z.object({ entryId: z.int() }));
