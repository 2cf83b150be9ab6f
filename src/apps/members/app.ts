import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "members",
  about: "Who may open what: public, registered and members' entries.",
});
