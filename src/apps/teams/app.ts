import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { invitationMail } from "./mails.tsx";
import { routes } from "./routes.tsx";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "teams",
  about: "Seats that somebody pays for others.",
  admin: models,
  routes,
  tasks,
  mails: [invitationMail],
});
