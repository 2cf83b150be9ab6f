import { and, eq, notExists, sql } from "drizzle-orm";
import { touchContent } from "#apps/catalog/content-version.ts";
import { refreshRelated } from "#apps/catalog/related.ts";
import { addRedirect, saveEntry } from "#apps/catalog/saving.ts";
import { bodies, related, type Entry } from "#apps/catalog/schema.ts";
import { renderText, saveText, type RenderedText } from "#apps/editorial/texts.ts";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import type { Draft } from "../planning/drafts.ts";
import { takePicture } from "../planning/pictures.ts";
import { finalSource, type Plan, type Planned } from "../planning/plan.ts";
import type { Folder } from "../reading/folder.ts";
import { importedFiles } from "../schema.ts";
import { ensureProfiles } from "./people.ts";

export interface SaveOptions {
  publish: boolean;
  /** Told after each article. */
  onProgress?: (done: number, total: number) => void;
  /** Asks for an end after the article at hand. */
  signal?: AbortSignal;
}

interface Ready {
  article: Planned;
  source: string;
  imageId: number | null;
  prepared: RenderedText;
}

/** How many articles are rendered ahead of the one that is being saved. */
const ahead = 3;

/**
 * Saves what is new or changed, each article in a transaction of its own, in order. What the database refuses is moved
 * to the refusals of the plan. Answers whether it was asked to stop before the end.
 */
export async function saveArticles(
  plan: Plan,
  folder: Folder,
  options: SaveOptions,
): Promise<{ interrupted: boolean }> {
  const changed = plan.articles.filter(({ status }) => status !== "unchanged");
  const profileIds = await ensureProfiles(changed.flatMap(({ credits }) => credits));
  const entryIds = new Map(
    plan.articles.flatMap(({ draft, existing }) => (existing ? [[draft, existing.id] as const] : [])),
  );
  const saved: number[] = [];
  const queue: Promise<Ready>[] = [];
  const now = new Date();
  let next = 0;
  let done = 0;
  let interrupted = false;
  while (done < changed.length) {
    if (options.signal?.aborted === true) {
      interrupted = true;
      break;
    }
    while (queue.length <= ahead && next < changed.length) queue.push(prepare(changed[next++], folder));
    const ready = await queue.shift();
    if (ready === undefined) break;
    try {
      const entry = await saveArticle(ready, plan.folderKey, { profileIds, entryIds, now, publish: options.publish });
      entryIds.set(ready.article.draft, entry.id);
      saved.push(entry.id);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      plan.refused.push({ file: ready.article.draft.file, reason: error.message });
      plan.articles = plan.articles.filter((article) => article !== ready.article);
    }
    done += 1;
    options.onProgress?.(done, changed.length);
  }
  if (interrupted)
    plan.articles = plan.articles.filter(({ draft, status }) => status === "unchanged" || isSaved(draft));
  await Promise.allSettled(queue);
  await relate(saved, plan.folderKey);
  return { interrupted };

  function isSaved(draft: Draft): boolean {
    const id = entryIds.get(draft);
    return id !== undefined && saved.includes(id);
  }
}

/** Finds what to read next for what was saved, and for what a run that was killed has left without. */
async function relate(saved: readonly number[], folderKey: string): Promise<void> {
  if (saved.length === 0) return;
  const without = await db
    .select({ id: importedFiles.entryId })
    .from(importedFiles)
    .where(
      and(
        eq(importedFiles.folder, folderKey),
        notExists(db.select({ id: related.entryId }).from(related).where(eq(related.entryId, importedFiles.entryId))),
      ),
    );
  await atomic(async () => {
    for (const id of new Set([...saved, ...without.map((row) => row.id)])) await refreshRelated(id);
    await touchContent();
  });
}

async function prepare(article: Planned | undefined, folder: Folder): Promise<Ready> {
  if (article === undefined) throw new Error("There is no article to prepare.");
  const source = await finalSource(article, folder);
  const picture = article.image === undefined ? undefined : await takePicture(folder, article.image, false);
  return { article, source, imageId: picture?.id ?? null, prepared: await renderText(source) };
}

interface SaveContext {
  profileIds: ReadonlyMap<string, number>;
  entryIds: ReadonlyMap<Draft, number>;
  now: Date;
  publish: boolean;
}

async function saveArticle(ready: Ready, folderKey: string, context: SaveContext): Promise<Entry> {
  const { article, source, prepared } = ready;
  const { draft, existing } = article;
  const note = `imported from ${draft.file}`;
  return atomic(async () => {
    // A crash of the server could forget the last articles, whole; the next run would bring them back.
    await db.execute(sql`set local synchronous_commit = off`);
    const before = existing === undefined ? undefined : await findSourceText(existing.id);
    const textChanged = before !== source;
    const entry = await saveEntry(
      {
        kind: draft.fields.kind ?? "tutorial",
        path: draft.path,
        title: draft.title,
        summary: draft.fields.summary ?? prepared.rendered.excerpt,
        access: draft.fields.access ?? "public",
        level: draft.fields.level ?? null,
        parentId: draft.parent === undefined ? null : (context.entryIds.get(draft.parent) ?? null),
        position: draft.fields.position ?? 0,
        imageId: ready.imageId,
        listed: draft.fields.listed ?? true,
        publishedAt: publishedAt(article, context),
        ...updatedAt(article, textChanged, context.now),
        topics: article.topics,
        credits: article.credits.flatMap(({ slug, role }) => {
          const profileId = context.profileIds.get(slug);
          return profileId === undefined ? [] : [{ profileId, role }];
        }),
      },
      existing?.id,
    );
    await saveText(entry, source, note, { prepared, refresh: false });
    for (const former of article.formerly) await addRedirect(former, entry.id);
    await remember(article, entry, folderKey);
    return entry;
  });
}

/** Only what is asked for is published, and what is published stays so, unless the file says that it is a draft. */
function publishedAt({ draft, existing }: Planned, { publish, now }: SaveContext): Date | null {
  if (draft.fields.draft === true) return null;
  const isPublic = existing !== undefined && existing.publishedAt !== null;
  if (!publish && !isPublic) return null;
  return draft.fields.publishedAt ?? existing?.publishedAt ?? now;
}

/** What the file says; else its date when it is new, now when its text has changed, and what it was when not. */
function updatedAt({ draft, existing }: Planned, textChanged: boolean, now: Date): { updatedAt?: Date } {
  const said = draft.fields.updatedAt;
  if (said !== undefined) return { updatedAt: said };
  if (existing === undefined) return { updatedAt: draft.fields.publishedAt ?? now };
  return textChanged ? { updatedAt: now } : {};
}

async function findSourceText(entryId: number): Promise<string | undefined> {
  const [body] = await db.select({ source: bodies.source }).from(bodies).where(eq(bodies.id, entryId));
  return body?.source;
}

async function remember({ draft, existing, fingerprint }: Planned, entry: Entry, folder: string): Promise<void> {
  if (existing?.file !== undefined && existing.file !== null && existing.file !== draft.file) {
    await db.delete(importedFiles).where(and(eq(importedFiles.folder, folder), eq(importedFiles.file, existing.file)));
  }
  const row = { folder, file: draft.file, entryId: entry.id, fingerprint, importedAt: new Date() };
  await db
    .insert(importedFiles)
    .values(row)
    .onConflictDoUpdate({ target: [importedFiles.folder, importedFiles.file], set: row });
}
