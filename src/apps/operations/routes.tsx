import type { Router } from "#lib/app.ts";
import { urls } from "#urls.ts";
import { listCheckStates } from "./check-states.ts";
import { backupsRoutes } from "./routes/backups.tsx";
import { errorsRoutes } from "./routes/errors.tsx";
import { frontRoutes } from "./routes/front.tsx";
import { mailRoutes } from "./routes/mail.tsx";
import { settingsRoutes } from "./routes/settings.tsx";
import { tasksRoutes } from "./routes/tasks.tsx";
import { listIncidents, readUptime, shownDays } from "./uptime.ts";
import { UptimePage } from "./views/uptime.tsx";

export function routes(router: Router): void {
  router.get(urls.staffUptime.pattern, { access: "permission:operations.view" }, async () => {
    const now = new Date();
    const uptime = await readUptime(now, shownDays);
    const [incidents, checks] = await Promise.all([listIncidents(now, shownDays), listCheckStates()]);
    return <UptimePage uptime={uptime} incidents={incidents} checks={checks} />;
  });

  frontRoutes(router);
  tasksRoutes(router);
  errorsRoutes(router);
  mailRoutes(router);
  settingsRoutes(router);
  backupsRoutes(router);
}
