import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "importer",
  about: "Turns a folder of Markdown into a site.",
});
