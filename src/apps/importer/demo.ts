import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { entries } from "#apps/catalog/schema.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";

const content = fileURLToPath(new URL("../../../content", import.meta.url));

/** Whether this site is empty and is to be filled with the demo: there is one, and DEMO does not say no. */
export async function lacksDemo(): Promise<boolean> {
  return config.DEMO && existsSync(content) && (await db.select().from(entries).limit(1)).length === 0;
}

/** Loads what renders the demo, and lets it render until told to stop: a language is slow when it is met first. */
export async function rehearseDemo(signal: AbortSignal): Promise<void> {
  if (!existsSync(content)) return;
  const [{ renderMarkdown }] = await Promise.all([import("#lib/markdown/markdown.ts"), import("./import.ts")]);
  for (const name of await readdir(content, { recursive: true })) {
    if (signal.aborted) return;
    if (name.endsWith(".md")) await renderMarkdown(await readFile(join(content, name), "utf8"));
  }
}

/** Fills an empty site with the demo, which is also the manual, unless DEMO says no. Answers how many tutorials that are. */
export async function loadDemo(signal?: AbortSignal): Promise<number> {
  if (!(await lacksDemo())) return 0;
  const { importFolder } = await import("./import.ts");
  const { articles, refused } = await importFolder(content, { publish: true, ...(signal && { signal }) });
  const [first] = refused;
  if (first !== undefined) throw new UserError(`The demo cannot be loaded. ${first.file}: ${first.reason}`);
  return articles.filter(({ draft }) => (draft.fields.kind ?? "tutorial") === "tutorial").length;
}
