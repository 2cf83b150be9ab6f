import { defineApp, later } from "#lib/app.ts";
import { models } from "./admin.ts";
import { blockCommand } from "./block-command.ts";
import { checks } from "./checks.ts";
import { userCommand } from "./user-command.ts";

export default defineApp({
  name: "staff",
  about: "Who runs the site: roles and permissions, the people and their accounts, and who is turned away.",
  admin: models,
  routes: later(() => import("./routes.tsx")),
  checks,
  commands: [userCommand, blockCommand],
});
