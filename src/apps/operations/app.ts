import { defineApp, later } from "#lib/app.ts";
import { models } from "./admin.ts";
import { backUpNightly, verifyOnce } from "./backup-tasks.ts";
import { checks } from "./checks.ts";
import { alertsCommand, errorsCommand } from "./commands.ts";
import { sayWhetherSiteAnswers } from "./sampling.ts";
import { uptimeCommand } from "./uptime-command.ts";
import { tasks } from "./tasks.ts";
import { sampleUptime, sweepUptime } from "./uptime-tasks.ts";
import { alertMail } from "./views/alert-mail.tsx";

export default defineApp({
  name: "operations",
  about: "What the one who runs the site wants to hear: errors, alerts, metrics and uptime; and backups.",
  admin: models,
  routes: later(() => import("./routes.tsx")),
  mails: [alertMail],
  tasks: [...tasks, sampleUptime, sweepUptime, backUpNightly, verifyOnce],
  commands: [errorsCommand, alertsCommand, uptimeCommand],
  checks: [...checks, { name: "site answers", run: sayWhetherSiteAnswers }],
});
