import { defineApp } from "#lib/app.ts";
import { linksCommand } from "./commands.ts";
import { checkBrokenLinks, checkLinks } from "./links.ts";
import { lintNewest, lintSaved } from "./linting.ts";
import { sweepMedia } from "./media-use.ts";
import { checkTexts, renderTexts } from "./rendering.ts";

export default defineApp({
  name: "editorial",
  about: "Saving text: rendering, revisions, and rendering anew.",
  commands: [linksCommand],
  tasks: [renderTexts, checkLinks, sweepMedia, lintNewest, lintSaved],
  checks: [
    { name: "texts", run: checkTexts },
    { name: "links", run: checkBrokenLinks },
  ],
});
