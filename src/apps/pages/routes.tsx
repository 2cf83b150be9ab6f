import { getArticle } from "#apps/catalog/articles.ts";
import type { EntryHandler } from "#lib/app.ts";
import { PageView } from "./views/page.tsx";

export const showPage: EntryHandler = async (request, _reply, id) => (
  <PageView page={await getArticle(request.viewer, id)} />
);
