import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "search",
  about: "Full-text search over whole bodies, code included, with typo tolerance.",
});
