import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { searchesCommand } from "./commands.ts";
import { routes } from "./routes.tsx";
import { staffRoutes } from "./staff-routes.tsx";
import { pruneSearches } from "./tasks.ts";

export default defineApp({
  name: "search",
  about: "Full-text search over whole bodies, code included, with typo tolerance.",
  admin: models,
  routes: (router) => {
    routes(router);
    staffRoutes(router);
  },
  commands: [searchesCommand],
  tasks: [pruneSearches],
});
