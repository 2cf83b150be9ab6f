import { defineApp } from "#lib/app.ts";
import { addTutorials } from "./fixtures.ts";
import { routes, showSeries, showTutorial } from "./routes.tsx";

export default defineApp({
  name: "tutorials",
  about: "Written tutorials and series, and their lists by topic and level.",
  routes,
  entries: { tutorial: showTutorial, series: showSeries },
  fixtures: addTutorials,
});
