import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eq } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { importedFiles } from "./schema.ts";

const content = fileURLToPath(new URL("../../../content", import.meta.url));

/**
 * Whether this site is to be filled with the demo: there is one, DEMO does not say no, and the site has nothing but what a start that
 * was stopped on the way has left of it.
 */
export async function lacksDemo(): Promise<boolean> {
  if (!config.DEMO || !existsSync(content)) return false;
  // Whoever has an account may have deleted some of it.
  if ((await db.$count(users)) > 0) return (await db.$count(entries)) === 0;
  const files = new Set((await readdir(content, { recursive: true })).filter((name) => name.endsWith(".md")));
  const known = await db
    .select({ file: importedFiles.file })
    .from(entries)
    .leftJoin(importedFiles, eq(importedFiles.entryId, entries.id));
  const loaded = known.filter(({ file }) => file !== null && files.has(file));
  const isOurs = known.every(({ file }) => file !== null && (files.has(file) || file.startsWith("series:")));
  return isOurs && loaded.length < files.size;
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
