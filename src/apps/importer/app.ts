import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { exportUsage, lintUsage, usage } from "./command/usage.ts";

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
    {
      name: "export",
      usage: exportUsage,
      about: "Write all text of the site into a folder of Markdown; --check says only what differs.",
      needs: "database",
      run: async (args) => (await import("./command/export.ts")).runExport(args),
    },
    {
      name: "lint",
      usage: lintUsage,
      about: "Say what a writer should mend, in files or, without PATH, in every entry.",
      needs: "database",
      run: async (args) => (await import("./command/lint.ts")).runLint(args),
    },
  ],
});
