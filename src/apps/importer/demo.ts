import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { entries } from "#apps/catalog/schema.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";

const content = fileURLToPath(new URL("../../../content", import.meta.url));

/** Fills an empty site with the demo, which is also the manual, unless DEMO says no. Answers how many tutorials that are. */
export async function loadDemo(): Promise<number> {
  if (!config.DEMO || !existsSync(content)) return 0;
  const some = await db.select({ id: entries.id }).from(entries).limit(1);
  if (some.length > 0) return 0;
  const { importFolder } = await import("./import.ts");
  const { articles, refused } = await importFolder(content, { publish: true });
  const [first] = refused;
  if (first !== undefined) throw new UserError(`The demo cannot be loaded. ${first.file}: ${first.reason}`);
  return articles.filter(({ draft }) => (draft.fields.kind ?? "tutorial") === "tutorial").length;
}
