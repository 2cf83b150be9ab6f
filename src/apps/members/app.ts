import { defineApp } from "#lib/app.ts";
import { addMemberships } from "./fixtures.ts";
import { routes } from "./routes.tsx";

export default defineApp({
  name: "members",
  about: "Who may open what: public, registered and members' entries.",
  routes,
  fixtures: addMemberships,
});
