import { openAccesses, opened } from "#apps/members/members.ts";
import { type Bounded, createBoundedStore } from "#lib/http/bounded.ts";
import type { Viewer } from "#lib/viewer.ts";
import { findArticle, type Article } from "./articles.ts";
import { getContentVersion } from "./content-version.ts";

interface Kept extends Bounded {
  article: Article;
  version: string;
}

const kept = createBoundedStore<Kept>(8 * 1024 * 1024);

/**
 * `findArticle` for readers who are signed in, as this process keeps it until the content version changes: one and the same for
 * all who may open the same, so it is not to be changed.
 */
export async function findKeptArticle(viewer: Viewer, path: string): Promise<Article | undefined> {
  // The page cache keeps whole pages for the others.
  if (viewer.id === null) return findArticle(viewer, path);
  const version = getContentVersion();
  const key = `${openAccesses(viewer).join()} ${opened(viewer).join()} ${path}`;
  const known = kept.get(key);
  if (known?.version === version) {
    known.used = true;
    return known.article;
  }
  const article = await findArticle(viewer, path);
  if (article === undefined) kept.delete(key);
  else kept.set(key, { article, version, used: false, bytes: sizeOf(article) });
  return article;
}

// Two bytes a character, and as much again for its page; the rest of an article takes little beside its text.
function sizeOf({ html }: Article): number {
  return 20_000 + html.length * 4;
}
