import { createHash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { isPublished, topicLinks } from "#apps/catalog/entries.ts";
import { credits, entries } from "#apps/catalog/schema.ts";
import { files } from "#apps/media/files.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { drawPreview } from "./draw.tsx";

/** Raised when the drawing changes, so that kept pictures are drawn anew. */
const DRAWING_VERSION = 1;

const drawing = new Map<string, Promise<Uint8Array>>();

/** The preview picture of a published entry by its file name, `17.png`; drawn once, then kept in storage. */
export async function readPreview(file: string): Promise<Uint8Array> {
  const entry = await findEntry(file);
  const note = [entry.authors, entry.topics[0]?.name].filter(Boolean).join("  ·  ");
  const words = { title: entry.title, note, topic: entry.topics[0]?.slug };
  const hash = createHash("sha256")
    .update(JSON.stringify([DRAWING_VERSION, config.SITE_NAME, words]))
    .digest("hex");
  const key = `previews/${hash}.png`;
  const kept = await files.get(key);
  if (kept !== undefined) return kept;
  // Whoever asks while it is drawn gets the same drawing.
  const shared = drawing.get(key) ?? draw(key, words).finally(() => drawing.delete(key));
  drawing.set(key, shared);
  return shared;
}

async function draw(key: string, words: Parameters<typeof drawPreview>[0]): Promise<Uint8Array> {
  // Loaded when needed: the tools that read fonts take 20 MB.
  const { drawPreview } = await import("./draw.tsx");
  const png = await drawPreview(words);
  await files.put(key, png, { type: "image/png" });
  return png;
}

async function findEntry(file: string) {
  const id = Number(/^([1-9]\d{0,8})\.png$/.exec(file)?.[1] ?? 0);
  const [entry] = await db
    .select({
      title: entries.title,
      topics: topicLinks,
      authors: sql<string>`coalesce((
        select string_agg(${profiles.name}, ', ' order by ${credits.position}) from ${credits}
        join ${profiles} on ${profiles.id} = ${credits.profileId}
        where ${credits.entryId} = ${entries}.id and ${credits.role} = 'author'
      ), '')`,
    })
    .from(entries)
    .where(and(eq(entries.id, id), isPublished));
  if (entry === undefined) throw new NotFound("There is no such picture.");
  return entry;
}
