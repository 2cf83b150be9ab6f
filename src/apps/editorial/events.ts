import { z } from "zod";
import { event } from "#lib/jobs.ts";

/** An entry has a new revision, which its page does not show yet. */
export const versionSaved = event("editorial.version-saved", z.object({ entryId: z.int(), number: z.int() }));

/** Somebody has moved an entry on the desk: from one stage to the next, by their names. */
export const entryMoved = event(
  "editorial.entry-moved",
  z.object({
    entryId: z.int(),
    title: z.string(),
    by: z.string(),
    from: z.string(),
    to: z.string(),
    note: z.string(),
  }),
);
