import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { wantsJson } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { lastChanges } from "./history.ts";
import { countTables, searchTables } from "./overview.ts";
import { deletionRoutes } from "./routes/deletion.tsx";
import { historyRoutes } from "./routes/history.tsx";
import { libraryRoutes } from "./routes/library.tsx";
import { listRoutes } from "./routes/lists.tsx";
import { rowRoutes } from "./routes/rows.tsx";
import { transferRoutes } from "./routes/transfer.tsx";
import { FrontPage, SearchPage } from "./views/front.tsx";

/** The pages of the admin: each asks `scopeOf` what the viewer may do with the table that it is about. */
export function routes(router: Router): void {
  const open = { access: "permission:admin.open" } as const;

  router.get(urls.admin.pattern, open, async ({ viewer }) => (
    <FrontPage groups={await countTables(viewer)} changes={await lastChanges(viewer, 15)} />
  ));

  const query = z.object({ q: z.string().max(200).catch("").default("") });
  router.get(urls.adminSearch.pattern, { ...open, query }, async (request, reply) => {
    const { q } = request.query;
    const hits = await searchTables(request.viewer, q);
    reply.header("cache-control", "no-store");
    return wantsJson(request.url, request.headers.accept) ? reply.send(hits) : <SearchPage q={q} hits={hits} />;
  });

  listRoutes(router);
  rowRoutes(router);
  deletionRoutes(router);
  historyRoutes(router);
  transferRoutes(router);
  libraryRoutes(router);
}
