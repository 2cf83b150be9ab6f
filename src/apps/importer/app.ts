import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { usage } from "./command/usage.ts";

export default defineApp({
  name: "importer",
  about: "Turns a folder of Markdown into a site.",
  admin: models,
  commands: [
    {
      name: "import",
      usage,
      about: "Turn a folder of Markdown into tutorials.",
      needs: "database",
      // Loaded when called, because it brings all of the Markdown dialect along.
      run: async (args) => (await import("./command/command.ts")).runImport(args),
    },
  ],
});
