import { eq, ne } from "drizzle-orm";
import { z } from "zod";
import { refreshRelated } from "#apps/catalog/related.ts";
import { bodies, entries } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { task } from "#lib/jobs.ts";
import { renderedWith, renderText, storeText } from "./texts.ts";

/** So many texts are rendered while a start waits for them: a few seconds. */
const waitedFor = 100;

/** Whether texts wait to be rendered anew. */
export async function checkTexts(): Promise<string | undefined> {
  const stale = await countStale();
  return stale === 0
    ? undefined
    : `${stale} texts were rendered by another version or with another SECRET_KEY: ./manage start renders them anew.`;
}

/** Has what an older renderer or another key has rendered rendered anew: a few at once, many by a worker. */
export async function renderStale(): Promise<void> {
  if ((await countStale()) > waitedFor) await renderTexts.later({});
  else await renderAnew({ signal: new AbortController().signal, progress: async () => undefined });
}

/** Goes on where an attempt before it was stopped, since what is rendered is no longer stale. */
export const renderTexts = task(
  "editorial.render-texts",
  { input: z.object({}), key: () => "all", timeoutSeconds: 3600 },
  (_input, context) => renderAnew(context),
);

async function renderAnew({
  signal,
  progress,
}: {
  signal: AbortSignal;
  progress: (done: number, total: number) => Promise<void>;
}): Promise<void> {
  const ids = await db.select({ id: bodies.id }).from(bodies).where(ne(bodies.renderedWith, renderedWith));
  for (const [index, { id }] of ids.entries()) {
    signal.throwIfAborted();
    if (index % 50 === 0) await progress(index, ids.length);
    const [text] = await db.select({ id: bodies.id, source: bodies.source }).from(bodies).where(eq(bodies.id, id));
    if (text !== undefined) await renderOne(text);
  }
}

// No revision: it would stand above the drafts that are newer than what is public.
async function renderOne({ id, source }: { id: number; source: string }): Promise<void> {
  const text = await renderText(source);
  await atomic(async () => {
    // Whoever publishes locks the entry first too.
    await db.select({ id: entries.id }).from(entries).where(eq(entries.id, id)).for("update");
    const [body] = await db.select({ source: bodies.source }).from(bodies).where(eq(bodies.id, id));
    if (body?.source !== source) return;
    await storeText(id, source, text);
    await refreshRelated(id);
  });
}

async function countStale(): Promise<number> {
  return db.$count(bodies, ne(bodies.renderedWith, renderedWith));
}
