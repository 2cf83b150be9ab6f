import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { teaserEnd } from "#apps/catalog/articles.ts";
import { saveBody } from "#apps/catalog/saving.ts";
import { refreshRelated } from "#apps/catalog/related.ts";
import type { Entry } from "#apps/catalog/schema.ts";
import { resolvePictures } from "#apps/media/media.ts";
import { config } from "#config.ts";
import { atomic, db } from "#lib/db.ts";
import type { Rendered } from "#lib/markdown/markdown.ts";
import { RENDERER_VERSION } from "#lib/markdown/version.ts";
import { SEARCH_TEXT_VERSION } from "#lib/search-text.ts";
import { revisions } from "./schema.ts";

type TextEntry = Pick<Entry, "id" | "access" | "title">;

/** Rendered text holds picture addresses signed with the key, so another key asks for rendering anew as well. */
export const renderedWith = `${RENDERER_VERSION}-${SEARCH_TEXT_VERSION}-${createHash("sha256").update(config.SECRET_KEY).digest("hex").slice(0, 8)}`;

export interface RenderedText {
  rendered: Rendered;
  images: { mediaId: number; alt: string }[];
}

/**
 * Makes `source` what an entry says: renders it, stores it with everything computed from it, and keeps it as a revision
 * when it differs from the last. The public page changes with the transaction, all at once. Whoever saves many texts
 * renders them beforehand, outside of the transaction, and refreshes what is related once they are all there.
 */
export async function saveText(
  entry: TextEntry,
  source: string,
  note: string,
  { prepared, refresh = true }: { prepared?: RenderedText; refresh?: boolean } = {},
): Promise<Rendered> {
  const text = prepared ?? (await renderText(source));
  await atomic(async () => {
    await addRevision(entry.id, source, note);
    await storeText(entry.id, source, text);
    if (refresh) await refreshRelated(entry.id);
  });
  return text.rendered;
}

/** Makes a text what the page of an entry says, without a revision: for one that is kept as such already. */
export async function storeText(entryId: number, source: string, { rendered, images }: RenderedText): Promise<void> {
  await saveBody(entryId, {
    source,
    html: rendered.html,
    teaser: rendered.teaser,
    headings: rendered.headings,
    features: rendered.features,
    readingMinutes: rendered.readingMinutes,
    renderedWith,
    images,
    sections: rendered.sections,
  });
}

/**
 * Renders a text as its page will show it, with the pictures that media has. Stores nothing. With `lines` each block says
 * on which line of the source it begins.
 */
export async function renderText(source: string, { lines = false } = {}): Promise<RenderedText> {
  // Loaded when needed: a process that only serves does without its 40 MB.
  const { renderMarkdown, scanMarkdown } = await import("#lib/markdown/markdown.ts");
  const pictures = await resolvePictures(scanMarkdown(source).images.map((image) => image.src));
  const rendered = await renderMarkdown(source, {
    site: config.BASE_URL,
    teaserEnd,
    lines,
    image: (src) => pictures.get(src)?.picture,
  });
  const images = rendered.images.flatMap(({ src, alt }) => {
    const found = pictures.get(src);
    return found === undefined ? [] : [{ mediaId: found.media.id, alt }];
  });
  return { rendered, images };
}

async function addRevision(entryId: number, source: string, note: string): Promise<void> {
  const [last] = await db
    .select({ number: revisions.number, source: revisions.source })
    .from(revisions)
    .where(eq(revisions.entryId, entryId))
    .orderBy(sql`${revisions.number} desc`)
    .limit(1);
  if (last?.source === source) return;
  await db.insert(revisions).values({ entryId, number: (last?.number ?? 0) + 1, source, note });
}
