import { defineApp } from "#lib/app.ts";
import { checkTexts } from "./texts.ts";

export default defineApp({
  name: "editorial",
  about: "Saving text: rendering, revisions, and rendering anew.",
  checks: [{ name: "texts", run: checkTexts }],
});
