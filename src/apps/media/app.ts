import { defineApp } from "#lib/app.ts";
import { commands } from "./commands.ts";
import { routes } from "./routes.ts";

export default defineApp({
  name: "media",
  about: "Pictures: stored once by content, served in the size and format a reader needs.",
  routes,
  commands,
});
