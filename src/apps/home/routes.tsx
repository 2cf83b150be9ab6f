import { listEntries, listTopics } from "#apps/catalog/entries.ts";
import { listPages } from "#apps/pages/pages.ts";
import type { Router } from "#lib/app.ts";
import { urls } from "#urls.ts";
import { HomePage } from "./views/home.tsx";

/** One in front, and two rows of three. */
const newestShown = 7;
const seriesShown = 3;

export function routes(router: Router): void {
  router.get(urls.home.pattern, { access: "anyone", cache: true }, async () => {
    const newest = await listEntries({ kinds: ["tutorial"] }, { limit: newestShown });
    const series = await listEntries({ kinds: ["series"] }, { limit: seriesShown });
    const topics = await listTopics();
    const pages = await listPages();
    return <HomePage newest={newest.cards} total={newest.total} series={series.cards} topics={topics} pages={pages} />;
  });
}
