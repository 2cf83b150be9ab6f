import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "staff",
  about: "Who runs the site: roles and permissions, the people and their accounts, and who is turned away.",
});
