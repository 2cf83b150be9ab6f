import { lastChanges } from "#apps/admin/history.ts";
import { readOverview } from "#apps/staff/overview.tsx";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { findHold } from "#lib/jobs/hold.ts";
import { may } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { listNeeds, listSeries } from "../front.ts";
import { FrontPage } from "../views/front.tsx";

/** The first page of the staff. */
export function frontRoutes(router: Router): void {
  // Whatever somebody may do, they begin here; others do not learn that it exists.
  router.get(urls.staff.pattern, { access: "viewer" }, async ({ viewer }, reply) => {
    if (viewer.session?.withholdsPermissions) {
      return reply.redirect(urls.signInSecondFactor({}, { next: urls.staff() }), 303);
    }
    if (viewer.permissions.length === 0) throw new NotFound();
    const [overview, needs, series] = [await readOverview(viewer), await listNeeds(viewer), await listSeries(viewer)];
    const changes = may(viewer, "admin.open") ? await lastChanges(viewer, 8) : undefined;
    return <FrontPage {...{ overview, needs, series, changes }} hold={await findHold()} />;
  });
}
