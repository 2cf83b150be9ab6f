import { defineApp } from "#lib/app.ts";
import { routes } from "./routes.tsx";

export default defineApp({
  name: "feeds",
  about: "What machines read: feeds, sitemap, robots, preview pictures and llms.txt.",
  routes,
});
