import { defineApp } from "#lib/app.ts";
import { routes } from "./routes.tsx";
import { sayWhetherSiteAnswers } from "./sampling.ts";
import { uptimeCommand } from "./uptime-command.ts";
import { sampleUptime, sweepUptime } from "./uptime-tasks.ts";

export default defineApp({
  name: "operations",
  about: "What the one who runs the site wants to hear: errors, alerts, metrics and uptime.",
  routes,
  tasks: [sampleUptime, sweepUptime],
  commands: [uptimeCommand],
  checks: [{ name: "site answers", run: sayWhetherSiteAnswers }],
});
