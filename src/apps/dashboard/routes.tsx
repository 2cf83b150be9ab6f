import { z } from "zod";
import { setTimeZone } from "#apps/accounts/profiles.ts";
import { listCards, listTopics } from "#apps/catalog/entries.ts";
import { pageNumber } from "#apps/catalog/lists.ts";
import { levels } from "#apps/catalog/schema.ts";
import { clearHistory } from "#apps/progress/readings.ts";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { sameSitePath } from "#lib/url.ts";
import { urls } from "#urls.ts";
import { findDashboard, withCards } from "./dashboard.ts";
import { declineToSay, getLearner, saveLearner } from "./learners.ts";
import { countShelves, listShelf, shelves } from "./shelves.ts";
import { DashboardPage } from "./views/dashboard.tsx";
import { HistoryPage } from "./views/history.tsx";
import { WelcomePage } from "./views/welcome.tsx";

const pageSize = 30;

export function routes(router: Router): void {
  const options = { access: "viewer" } as const;

  router.get(urls.dashboard.pattern, options, async ({ viewer }) => <DashboardPage {...await findDashboard(viewer)} />);

  const chosen = z.object({ show: z.enum(shelves).default("read"), page: pageNumber });
  router.get(urls.dashboardHistory.pattern, { ...options, query: chosen }, async ({ viewer, query }) => {
    const { show, page } = query;
    const totals = await countShelves(viewer);
    const rows = await listShelf(viewer, show, { offset: (page - 1) * pageSize, limit: pageSize });
    if (rows.length === 0 && page > 1) throw new NotFound(`There is no page ${page} of this list.`);
    const cards = new Map((await listCards(rows.map(({ entryId }) => entryId))).map((card) => [card.id, card]));
    const pages = Math.ceil(totals[show] / pageSize);
    return <HistoryPage show={show} totals={totals} rows={withCards(rows, cards)} page={page} pages={pages} />;
  });

  router.delete(urls.dashboardHistory.pattern, options, async (request, reply) => {
    if (request.viewer.session?.isImpersonated === true) {
      throw new Refused(403, "Only the reader may clear what they have read, not who acts for them.");
    }
    const { data } = readForm(
      request,
      z.object({
        entry: z.coerce
          .number()
          .int()
          .positive()
          .max(2 ** 31 - 1)
          .optional(),
      }),
    );
    if (data === undefined) throw new Refused(400, "There is no such entry.");
    await clearHistory(request.viewer, data.entry);
    return reply.redirect(urls.dashboardHistory(), 303);
  });

  router.get(urls.welcome.pattern, { ...options, query: z.object({ next }) }, async ({ viewer, query }) => (
    <WelcomePage learner={await getLearner(viewer.id ?? 0)} topics={await listTopics()} next={query.next} />
  ));

  router.post(urls.welcome.pattern, options, async (request, reply) => {
    const { data } = readForm(request, answers);
    if (data === undefined) throw new Refused(400, "These answers cannot be read.");
    const userId = request.viewer.id ?? 0;
    const { wasAsked } = await getLearner(userId);
    if (data.skip === undefined) await saveLearner(userId, { level: data.level ?? null, interests: data.topic });
    else await declineToSay(userId);
    // A guess of the browser, which nobody has looked at: it changes nothing that somebody has chosen since.
    if (!wasAsked && data.timeZone) await setTimeZone(userId, data.timeZone);
    return reply.redirect(sameSitePath(data.next, urls.dashboard()), 303);
  });
}

const next = z.string().max(2000).optional();

const answers = z.object({
  // Who does not know their level sends none.
  level: z.enum(levels).nullish().catch(null),
  topic: z.array(z.string()).max(500),
  timeZone: z.string().optional(),
  skip: z.string().optional(),
  next,
});
