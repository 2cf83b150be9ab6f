import type { EntryHandler } from "#lib/app.ts";
import { findWaysTo } from "#apps/catalog/gating.ts";
import { PageView } from "./views/page.tsx";

export const showPage: EntryHandler = async ({ viewer }, _reply, page) => (
  <PageView page={page} ways={await findWaysTo(viewer, page)} />
);
