import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "media",
  about: "Pictures: stored once by content, served in the size and format a reader needs.",
});
