import { eq } from "drizzle-orm";
import { z } from "zod";
import { db } from "#lib/db.ts";
import { task } from "#lib/jobs.ts";
import { ladder, shortLength, variantFormats } from "./addresses.ts";
import { media } from "./schema.ts";
import { getVariant } from "./variants.ts";

/** The widths that most screens ask for. */
const wanted: ReadonlySet<number> = new Set([640, 1280]);

/** Makes the usual variants of a picture before the first reader waits for them. */
export const warmPicture = task(
  "media.warm-picture",
  {
    input: z.object({ id: z.number() }),
    priority: -10,
    timeoutSeconds: 300,
    retry: { limit: 3, delaySeconds: 60 },
    // Readers who wait for a picture come first.
    queue: { concurrency: 1 },
  },
  async ({ id }, { signal }) => {
    const [picture] = await db.select().from(media).where(eq(media.id, id));
    if (picture === undefined || picture.format === "svg") return;
    for (const width of ladder.filter((step) => wanted.has(step) && step <= picture.width)) {
      for (const format of variantFormats) {
        if (format === "avif" && picture.animated) continue;
        signal.throwIfAborted();
        await getVariant({ hash: picture.hash.slice(0, shortLength), width, format });
      }
    }
  },
);
