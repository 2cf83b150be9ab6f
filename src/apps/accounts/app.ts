import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { addPeople } from "./fixtures.ts";
import { againMail, alreadyMail, linkMail, registerMail, resetMail } from "./mails/door.tsx";
import { addressTakenMail, deletionMail, keptMail, newAddressMail, oldAddressMail } from "./mails/settings.tsx";
import { notice } from "./notices.tsx";
import { routes } from "./routes.tsx";
import { tasks } from "./tasks.ts";

export default defineApp({
  name: "accounts",
  about: "Everybody who has an account: registering, signing in, staying signed in, leaving; and their profiles.",
  admin: models,
  routes,
  tasks,
  mails: [
    notice,
    registerMail,
    alreadyMail,
    linkMail,
    resetMail,
    againMail,
    oldAddressMail,
    newAddressMail,
    addressTakenMail,
    deletionMail,
    keptMail,
  ],
  fixtures: addPeople,
});
