import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { routes } from "./routes.tsx";
import { announce, expire, followDeletions, followProfiles } from "./tasks.ts";

export default defineApp({
  name: "catalog",
  about: "The spine: one row for everything a reader can open, with its topics, team, text and former addresses.",
  admin: models,
  routes,
  tasks: [announce, expire, followProfiles, followDeletions],
});
