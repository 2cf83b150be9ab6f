import { eq } from "drizzle-orm";
import { entries, redirects } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { importedFiles } from "../schema.ts";

/** What the site has already. */
export interface Site {
  entries: ReadonlyMap<string, SiteEntry>;
  /** Where former addresses lead. */
  redirects: ReadonlyMap<string, number>;
  /** What earlier imports of this folder have made, by file. */
  imported: ReadonlyMap<string, SiteEntry>;
}

export interface SiteEntry {
  id: number;
  path: string;
  title: string;
  publishedAt: Date | null;
  /** The file that it was imported from, if it was. */
  folder: string | null;
  file: string | null;
  fingerprint: string | null;
  /** Of a folder of all of the site: whether an export would write the file as it stands. */
  isSame?: boolean;
}

export async function readSite(folderKey: string): Promise<Site> {
  const rows = await db
    .select({
      id: entries.id,
      path: entries.path,
      title: entries.title,
      publishedAt: entries.publishedAt,
      folder: importedFiles.folder,
      file: importedFiles.file,
      fingerprint: importedFiles.fingerprint,
    })
    .from(entries)
    .leftJoin(importedFiles, eq(importedFiles.entryId, entries.id));
  const former = await db.select({ path: redirects.path, entryId: redirects.entryId }).from(redirects);
  const own = rows.filter(({ folder }) => folder === folderKey);
  return {
    entries: new Map(rows.map((row) => [row.path, row])),
    redirects: new Map(former.map(({ path, entryId }) => [path, entryId])),
    imported: new Map(own.map((row) => [row.file ?? "", row])),
  };
}
