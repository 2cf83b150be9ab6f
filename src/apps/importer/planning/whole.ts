import { isNotNull } from "drizzle-orm";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { filesOf } from "../exporting/files.ts";
import { gatherSite } from "../exporting/gather.ts";
import type { Folder, Refusal } from "../reading/folder.ts";
import type { Draft, Drafts } from "./drafts.ts";
import { readFields } from "./fields.ts";
import { findPicture, takePicture } from "./pictures.ts";
import type { Site, SiteEntry } from "./site.ts";
import { formerPath } from "./slugs.ts";
import type { Text } from "./texts.ts";

// A folder that an export wrote says everything itself, and its texts are taken as they stand.

/** Where its texts are; what lies elsewhere in it is about the folder. */
export const wholePlaces = /^(?:tutorials|pages|series)\//;
const pictureFile = /^media\/([0-9a-f]{16})\/[^/]+$/;

/** The draft of a file that an export wrote, or undefined for one that somebody has added without title or address. */
export function draftWhole(text: Text, result: Drafts): boolean {
  const { title, slug, summary } = Object.fromEntries(text.values);
  if (typeof title !== "string" || typeof slug !== "string" || !isPath(`/${slug}/`)) return false;
  const { fields, refused, unknown, notes } = readFields(text.values);
  for (const { key, reason } of refused) result.refused.push({ file: text.file, line: text.lineOf(key), reason });
  if (refused.length > 0) return true;
  for (const key of unknown)
    result.notes.push({ file: text.file, line: text.lineOf(key), sentence: `unknown key ${key}` });
  for (const { key, sentence } of notes) result.notes.push({ file: text.file, line: text.lineOf(key), sentence });
  const isBlank = text.body.startsWith("\n");
  const aliases = fields.aliases ?? [];
  result.drafts.push({
    file: text.file,
    title,
    heading: title,
    path: `/${slug}/`,
    source: isBlank ? text.body.slice(1) : text.body,
    origin: (line) => ({ file: text.file, line: line + text.bodyLine - (isBlank ? 0 : 1) }),
    lineOf: text.lineOf,
    formerly: aliases.map((address) => ({ address, byAuthor: false })),
    anchors: new Map(
      aliases.flatMap((address) => {
        const [path = "", anchor] = address.split("#", 2);
        return anchor === undefined ? [] : [[formerPath(path, "") ?? "", `#${anchor}`] as const];
      }),
    ),
    // What is written is meant, down to a summary that says nothing.
    fields: { ...fields, title, ...(typeof summary === "string" && { summary }) },
  });
  return true;
}

function isPath(path: string): boolean {
  return /^\/(?:[a-z0-9_.-]+\/)+$/.test(path) && !/\/\.{1,2}\//.test(path);
}

/**
 * The site as a folder of all of it sees it: every entry belongs to the file with its address, or with that as a former
 * one. What an export would write just so is the same.
 */
export async function adopt(site: Site, folderKey: string, drafts: readonly Draft[], folder: Folder): Promise<Site> {
  const { texts, fileOf } = filesOf(await gatherSite());
  const paths = new Set(drafts.map(({ path }) => path));
  const entries = new Map(site.entries);
  const imported = new Map<string, SiteEntry>();
  const found = new Set<number>();
  for (const draft of drafts) {
    const former = draft.formerly.map(({ address }) => site.entries.get(formerPath(address, "") ?? ""));
    const there = site.entries.get(draft.path) ?? former.find((entry) => entry !== undefined && !paths.has(entry.path));
    if (there === undefined || found.has(there.id)) continue;
    found.add(there.id);
    const isSame =
      folder.has(draft.file) && (await folder.readText(draft.file)) === texts.get(fileOf.get(there.id) ?? "");
    const entry = { ...there, folder: folderKey, file: draft.file, isSame };
    entries.set(there.path, entry);
    imported.set(draft.file, entry);
  }
  for (const [path, entry] of site.entries) {
    const file = fileOf.get(entry.id);
    if (file !== undefined && !found.has(entry.id)) imported.set(imported.has(file) ? path : file, entry);
  }
  return { ...site, entries, imported };
}

/** Takes in the pictures that texts name by their addresses in media. Answers those that cannot be used. */
export async function takeMedia(folder: Folder): Promise<Refusal[]> {
  const rows = await db.select({ hash: media.hash }).from(media).where(isNotNull(media.hash));
  const known = new Set(rows.map(({ hash }) => hash.slice(0, 16)));
  const refused: Refusal[] = [];
  for (const file of folder.files) {
    const named = pictureFile.exec(file)?.[1];
    if (named === undefined || known.has(named)) continue;
    const { hash } = await findPicture(folder, file);
    if (!hash.startsWith(named)) {
      refused.push({
        file,
        reason: "It is not the picture that its name says. Put a new one elsewhere in the folder.",
      });
    } else await takePicture(folder, file, false);
  }
  return refused;
}
