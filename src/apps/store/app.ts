import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "store",
  about: "What is bought once, and its downloads.",
});
