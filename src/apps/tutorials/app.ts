import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "tutorials",
  about: "Written tutorials and series, by topic and level, and the pages of their authors.",
});
