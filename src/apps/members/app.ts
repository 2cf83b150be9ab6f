import { defineApp } from "#lib/app.ts";
import { addMemberships } from "./fixtures.ts";

export default defineApp({
  name: "members",
  about: "Who may open what: public, registered and members' entries.",
  fixtures: addMemberships,
});
