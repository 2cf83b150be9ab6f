import { defineApp } from "#lib/app.ts";
import { commands } from "./commands.ts";
import { files } from "./files.ts";
import { routes } from "./routes.ts";
import { warmPicture } from "./warming.ts";

export default defineApp({
  name: "media",
  about: "Pictures: stored once by content, served in the size and format a reader needs.",
  routes,
  commands,
  tasks: [warmPicture],
  checks: [{ name: "pictures", run: checkFiles }],
});

async function checkFiles(): Promise<string | undefined> {
  try {
    await files.has("check");
    return undefined;
  } catch (error) {
    return `The store of pictures does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
