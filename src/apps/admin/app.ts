import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { routes } from "./routes.tsx";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "admin",
  about: "The back office: a list, a form and a history for every table that an app declares an admin for.",
  routes,
  admin: models,
  tasks,
});
