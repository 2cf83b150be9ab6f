import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "admin",
  about: "The back office: a list, a form and a history for every table that an app declares an admin for.",
});
