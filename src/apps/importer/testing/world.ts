// Settings are read on import, and tests have their own.
import "../../../../test/helpers/environment.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { asc, eq } from "drizzle-orm";
import { bodies, entries, redirects, type Entry } from "#apps/catalog/schema.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { testDatabase } from "../../../../test/helpers/database.ts";
import type { Report } from "../import.ts";

const database = await testDatabase();
connect(database.url);
export const databaseUrl = database.url;

const root = mkdtempSync(join(tmpdir(), "lectern-import-"));
let folders = 0;

after(async () => {
  closeImages();
  await disconnect();
  await database.drop();
  rmSync(root, { recursive: true, force: true });
});

/** A folder of its own with these files. */
export async function folderOf(files: Record<string, string | Buffer>): Promise<string> {
  folders += 1;
  const folder = join(root, `folder-${folders}`);
  await mkdir(folder);
  await put(folder, files);
  return folder;
}

export async function put(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
}

/** What the site has at an address. */
export async function entryAt(path: string): Promise<(Entry & { source: string; html: string }) | undefined> {
  const [row] = await db
    .select({ entry: entries, source: bodies.source, html: bodies.html })
    .from(entries)
    .leftJoin(bodies, eq(bodies.id, entries.id))
    .where(eq(entries.path, path));
  return row && { ...row.entry, source: row.source ?? "", html: row.html ?? "" };
}

export async function redirectsTo(entryId: number): Promise<string[]> {
  const rows = await db.select().from(redirects).where(eq(redirects.entryId, entryId)).orderBy(asc(redirects.path));
  return rows.map(({ path }) => path);
}

/** The refusals of a report, one a line: `a.md:3 The reason.` */
export function refusals(report: Report): string[] {
  return report.refused.map(({ file, line, reason }) => `${file}${line === undefined ? "" : `:${line}`} ${reason}`);
}

export function dead(report: Report): string[] {
  return report.dead.map(({ file, line, sentence }) => `${file}:${line} ${sentence}`);
}

export function statuses(report: Report): Record<string, string> {
  return Object.fromEntries(report.articles.map(({ draft, status }) => [draft.file, status]));
}
