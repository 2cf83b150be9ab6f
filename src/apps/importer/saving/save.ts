import { and, eq } from "drizzle-orm";
import { addRedirect, saveEntry } from "#apps/catalog/saving.ts";
import { bodies, type Entry } from "#apps/catalog/schema.ts";
import { askToLint } from "#apps/editorial/linting.ts";
import { renderText, saveText, type RenderedText } from "#apps/editorial/texts.ts";
import { setFocus } from "#apps/media/media.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { errorCode } from "#lib/postgres/errors.ts";
import type { Draft } from "../planning/drafts.ts";
import { takePicture } from "../planning/pictures.ts";
import { finalSource, verify, type Article } from "../planning/articles.ts";
import type { Plan } from "../planning/plan.ts";
import type { Folder } from "../reading/folder.ts";
import { importedFiles } from "../schema.ts";
import { ensureProfiles } from "./people.ts";
import { quickly, relate } from "./relate.ts";

export interface SaveOptions {
  publish: boolean;
  /** Told after each article. */
  onProgress?: (done: number, total: number) => void;
  /** Asks for an end after the article at hand. */
  signal?: AbortSignal;
}

interface Ready {
  article: Article;
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
  const entryIds = new Map<Draft, number>(
    plan.articles.flatMap(({ draft, existing }) => (existing ? [[draft, existing.id] as const] : [])),
  );
  const context = { profileIds, entryIds, now: new Date(), publish: options.publish };
  const saved = new Set<Draft>();
  const queue: { article: Article; ready: Promise<Ready> }[] = [];
  let done = 0;
  for (const article of changed) {
    const ready = prepare(article, folder);
    // It may fail before its turn comes; then it is awaited, and told.
    ready.catch(() => undefined);
    queue.push({ article, ready });
    if (queue.length > ahead && !(await saveNext())) break;
  }
  while (await saveNext());
  const interrupted = queue.length > 0;
  await Promise.allSettled(queue.map(({ ready }) => ready));
  plan.articles = plan.articles.filter(({ draft, status }) => status === "unchanged" || saved.has(draft));
  await relate(
    [...saved].map((draft) => entryIds.get(draft) ?? 0),
    plan.folderKey,
  );
  return { interrupted };

  async function saveNext(): Promise<boolean> {
    const [next] = queue;
    if (next === undefined || options.signal?.aborted === true) return false;
    queue.shift();
    const { article, ready } = next;
    try {
      const entry = await saveArticle(await ready, plan.folderKey, context);
      entryIds.set(article.draft, entry.id);
      saved.add(article.draft);
    } catch (error) {
      plan.refused.push({ file: article.draft.file, reason: reasonOf(error) });
    }
    done += 1;
    options.onProgress?.(done, changed.length);
    return true;
  }
}

/** Why an article could not be saved. Throws again what is no fault of the article. */
function reasonOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  // The classes of SQLSTATE for values that cannot be stored: wrong, against a rule, too large.
  if (error instanceof Error && /^(22|23|54)/.test(errorCode(error) ?? "")) {
    const { cause } = error;
    return `The database does not take it: ${cause instanceof Error ? cause.message : error.message}.`;
  }
  throw error;
}

/** Renders an article. Throws a UserError when its links cannot be rewritten. */
async function prepare(article: Article, folder: Folder): Promise<Ready> {
  const { source, addresses } = await finalSource(article, folder);
  const hero = article.pictures.get(-1);
  const picture = hero === undefined ? undefined : await takePicture(folder, hero.file, false);
  const prepared = await renderText(source);
  verify(article, addresses, prepared.rendered);
  return { article, source, imageId: picture?.id ?? null, prepared };
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
  return quickly(async () => {
    const before = existing === undefined ? undefined : await findSourceText(existing.id);
    const textChanged = before !== source;
    // A summary is shown to everybody, so it is taken from what everybody may read.
    const access = draft.fields.access ?? "public";
    const entry = await saveEntry(
      {
        kind: draft.fields.kind ?? "tutorial",
        path: draft.path,
        title: draft.title,
        summary: draft.fields.summary ?? prepared.rendered[access === "public" ? "opening" : "excerpt"],
        access,
        level: draft.fields.level ?? null,
        parentId: draft.parent === undefined ? null : (context.entryIds.get(draft.parent) ?? null),
        position: draft.fields.position ?? 0,
        imageId: ready.imageId,
        listed: draft.fields.listed ?? true,
        publishedAt: publishedAt(article, context),
        expiresAt: draft.fields.expiresAt ?? null,
        ...updatedAt(article, textChanged, context.now),
        topics: article.topics,
        credits: article.credits.flatMap(({ slug, role }) => {
          const profileId = context.profileIds.get(slug);
          return profileId === undefined ? [] : [{ profileId, role }];
        }),
      },
      existing?.id,
      { bodyFollows: true },
    );
    await saveText(entry, source, note, { prepared, refresh: false });
    if (textChanged) await askToLint(entry.id);
    if (ready.imageId !== null && draft.fields.focus) await setFocus(ready.imageId, draft.fields.focus);
    for (const former of article.formerly) await addRedirect(former, entry.id, draft.anchors?.get(former));
    await remember(article, entry, folderKey);
    return entry;
  });
}

/** Only what is asked for is published, and what is published stays so, unless the file says that it is a draft. */
function publishedAt({ draft, existing }: Article, { publish, now }: SaveContext): Date | null {
  if (draft.fields.draft === true) return null;
  const isPublic = existing !== undefined && existing.publishedAt !== null;
  if (!publish && !isPublic) return null;
  return draft.fields.publishedAt ?? existing?.publishedAt ?? now;
}

/** What the file says; else its date when it is new, now when its text has changed, and what it was when not. */
function updatedAt({ draft, existing }: Article, textChanged: boolean, now: Date): { updatedAt?: Date } {
  const said = draft.fields.updatedAt;
  if (said !== undefined) return { updatedAt: said };
  if (existing === undefined) return { updatedAt: draft.fields.publishedAt ?? now };
  return textChanged ? { updatedAt: now } : {};
}

async function findSourceText(entryId: number): Promise<string | undefined> {
  const [body] = await db.select({ source: bodies.source }).from(bodies).where(eq(bodies.id, entryId));
  return body?.source;
}

async function remember({ draft, existing, fingerprint }: Article, entry: Entry, folder: string): Promise<void> {
  if (existing?.file !== undefined && existing.file !== null && existing.file !== draft.file) {
    await db.delete(importedFiles).where(and(eq(importedFiles.folder, folder), eq(importedFiles.file, existing.file)));
  }
  const row = { folder, file: draft.file, entryId: entry.id, fingerprint, importedAt: new Date() };
  await db
    .insert(importedFiles)
    .values(row)
    .onConflictDoUpdate({ target: [importedFiles.folder, importedFiles.file], set: row });
}
