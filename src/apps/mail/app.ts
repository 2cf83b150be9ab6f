import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { checks } from "./checks.ts";
import { mailCommand } from "./commands.ts";
import { addLetter } from "./fixtures.ts";
import { routes } from "./routes.tsx";
import { sampler } from "./sampler.tsx";
import { readWebhook, sendMailing, sendMessage, sweepMail } from "./tasks.ts";

export default defineApp({
  name: "mail",
  about: "Mail that is sent once, who wants it and who must not get it, and a mailbox to read it in.",
  admin: models,
  routes,
  tasks: [sendMessage, sendMailing, readWebhook, sweepMail],
  mails: [sampler],
  commands: [mailCommand],
  checks,
  fixtures: addLetter,
});
