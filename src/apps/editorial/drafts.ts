import { findDraft } from "#apps/catalog/articles.ts";
import type { Answer, Reply } from "#lib/app.ts";
import { csrfToken, withCurrent } from "#lib/current.ts";
import { NotFound } from "#lib/errors.ts";
import { knownKinds } from "#lib/kinds.ts";
import type { Text } from "#lib/merge.ts";
import { anonymous } from "#lib/viewer.ts";
import type { FastifyRequest } from "fastify";
import { renderText } from "./texts.ts";

/**
 * Shows an entry with a text that is not public, by the page of its kind, as a reader who may open it and is not signed in
 * would see it. Whether the viewer may see it is for the caller to say. Search engines are told to leave it alone.
 */
export async function showDraft(
  request: FastifyRequest,
  reply: Reply,
  { entryId, text, lines = false }: { entryId: number; text: Text; lines?: boolean },
): Promise<Answer> {
  const { rendered } = await renderText(text.source, { lines });
  const { html, headings, features, readingMinutes } = rendered;
  const { title, summary } = text;
  const article = await findDraft(entryId, { title, summary, html, headings, features, readingMinutes });
  const show = article && knownKinds().get(article.kind)?.show;
  if (article === undefined || show === undefined) throw new NotFound("There is no such text.");
  reply.headers({ "cache-control": "private, no-store", "x-robots-tag": "noindex" });
  // Whoever looks at a draft has not read it: nothing is noted, and nothing is shown that only they would see.
  const asked = Object.create(request, { viewer: { value: anonymous } });
  return await withCurrent({ viewer: anonymous, path: article.path, csrfToken }, () => show(asked, reply, article));
}
