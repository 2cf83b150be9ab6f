import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { dismissSearch, listDismissed, listMissed, recallSearch } from "./dismissing.ts";
import { SearchesPage } from "./views/searches.tsx";

const spans = ["7", "30", "365"] as const;

/** What readers looked for in vain. */
export function staffRoutes(router: Router): void {
  const access = { access: "permission:searches.view" } as const;
  const query = z.object({ days: z.enum(spans).catch("30").default("30") });
  router.get(urls.staffSearches.pattern, { ...access, query }, async (request) => {
    const { days } = request.query;
    const missed = await listMissed({ days: Number(days), limit: 100 });
    return <SearchesPage days={days} spans={spans} missed={missed} dismissed={await listDismissed(100)} />;
  });

  const deed = z.object({ act: z.enum(["dismiss", "recall"]), query: z.string().min(1).max(100) });
  router.post(urls.staffSearches.pattern, access, async (request, reply) => {
    const { data } = readForm(request, deed);
    if (data === undefined) throw new Refused(400);
    await (data.act === "dismiss" ? dismissSearch : recallSearch)(data.query);
    return reply.redirect(urls.staffSearches(), 303);
  });
}
