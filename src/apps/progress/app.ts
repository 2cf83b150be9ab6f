import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { routes } from "./routes.ts";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "progress",
  about: "What readers opened, saved and completed, and where they stopped.",
  admin: models,
  routes,
  tasks,
});
