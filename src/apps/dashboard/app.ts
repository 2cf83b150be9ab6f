import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { routes } from "./routes.tsx";

export default defineApp({
  name: "dashboard",
  about: "A reader's own page: what is next, what was read, what is saved.",
  admin: models,
  routes,
});
