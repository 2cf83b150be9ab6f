import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "editorial",
  about: "Saving text: rendering, revisions, and rendering anew.",
});
