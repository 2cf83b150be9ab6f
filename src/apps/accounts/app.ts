import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "accounts",
  about: "The people who write, review and edit, and their profiles.",
});
