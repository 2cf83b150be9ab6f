import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "pages",
  about: "Static pages such as About.",
});
