import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { linksCommand } from "./commands.ts";
import { checkBrokenLinks, checkLinks } from "./links.ts";
import { sweepMedia } from "./media-use.ts";
import { checkTexts, renderTexts } from "./rendering.ts";

export default defineApp({
  name: "editorial",
  about: "Saving text: rendering, revisions, and rendering anew.",
  admin: models,
  commands: [linksCommand],
  tasks: [renderTexts, checkLinks, sweepMedia],
  checks: [
    { name: "texts", run: checkTexts },
    { name: "links", run: checkBrokenLinks },
  ],
});
