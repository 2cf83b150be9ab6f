import { defineApp } from "#lib/app.ts";
import { routes } from "./routes.ts";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "progress",
  about: "What readers opened, saved and completed, and where they stopped.",
  routes,
  tasks,
});
