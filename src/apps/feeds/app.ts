import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "feeds",
  about: "What machines read: feeds, sitemap, robots, preview pictures and llms.txt.",
});
