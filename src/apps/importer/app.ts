import { defineApp } from "#lib/app.ts";
import { importCommand } from "./command/command.ts";

export default defineApp({
  name: "importer",
  about: "Turns a folder of Markdown into a site.",
  commands: [importCommand],
});
