import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { linksCommand } from "./commands.ts";
import { checkBrokenLinks, checkLinks } from "./links.ts";
import { lintNewest, lintSaved } from "./linting.ts";
import { sweepMedia } from "./media-use.ts";
import { deskNoticeMail } from "./notices.tsx";
import { remarksMail } from "./remarks/mail.tsx";
import { tellOfRemarks } from "./remarks/telling.ts";
import { checkTexts, renderTexts } from "./rendering.ts";
import { publishDue, publishScheduled, remind } from "./tasks.ts";

export default defineApp({
  name: "editorial",
  about: "Saving text: rendering, revisions, and rendering anew.",
  admin: models,
  commands: [linksCommand],
  tasks: [
    publishScheduled,
    publishDue,
    remind,
    renderTexts,
    checkLinks,
    sweepMedia,
    lintNewest,
    lintSaved,
    tellOfRemarks,
  ],
  mails: [deskNoticeMail, remarksMail],
  checks: [
    { name: "texts", run: checkTexts },
    { name: "links", run: checkBrokenLinks },
  ],
});
