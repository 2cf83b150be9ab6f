import { z } from "zod";
import { event } from "#lib/jobs.ts";

/** An entry has a new revision, which its page does not show yet. */
export const versionSaved = event("editorial.version-saved", z.object({ entryId: z.int(), number: z.int() }));
