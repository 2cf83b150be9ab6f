import { defineApp, later } from "#lib/app.ts";
import { models } from "./admin.ts";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "admin",
  about: "The back office: a list, a form and a history for every table that an app declares an admin for.",
  routes: later(() => import("./routes.tsx")),
  admin: models,
  tasks,
});
