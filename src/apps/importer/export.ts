import { compare, writeFolder, type Difference } from "./exporting/folder.ts";
import { filesOf } from "./exporting/files.ts";
import { gatherSite } from "./exporting/gather.ts";
import { resolve } from "node:path";

export type { Difference } from "./exporting/folder.ts";

export interface ExportOptions {
  /** Only says what differs. */
  check?: boolean;
  /** Removes texts and pictures of the folder that the site does not have. */
  remove?: boolean;
}

export interface ExportReport {
  /** How many texts and pictures the site has. */
  texts: number;
  pictures: number;
  /** What was not as it is on the site. */
  differences: Difference[];
}

/**
 * Writes all text of the site into a folder, as the Markdown that an import reads. An import of the folder changes nothing,
 * here or on an empty site, and an export after that writes the same bytes.
 */
export async function exportFolder(
  path: string,
  { check = false, remove = false }: ExportOptions = {},
): Promise<ExportReport> {
  const exported = filesOf(await gatherSite());
  const differences = check ? await compare(exported, resolve(path)) : await writeFolder(exported, path, { remove });
  return { texts: exported.texts.size - 1, pictures: exported.pictures.size, differences };
}
