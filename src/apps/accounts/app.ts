import { defineApp } from "#lib/app.ts";
import { addPeople } from "./fixtures.ts";

export default defineApp({
  name: "accounts",
  about: "Everybody who has an account: registering, signing in, staying signed in, leaving; and their profiles.",
  fixtures: addPeople,
});
