import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { checks } from "./checks.ts";
import { commands } from "./commands.ts";
import { mails } from "./mails.tsx";
import { routes } from "./routes.tsx";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "billing",
  about: "Plans, checkout, subscriptions and what came from payment providers.",
  admin: models,
  routes,
  tasks,
  mails,
  commands,
  checks,
});
