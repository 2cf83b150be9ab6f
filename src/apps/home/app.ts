import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "home",
  about: "The front page.",
});
