import { defineApp } from "#lib/app.ts";
import { addPeople } from "./fixtures.ts";

export default defineApp({
  name: "accounts",
  about: "The people who write, review and edit, and their profiles.",
  fixtures: addPeople,
});
