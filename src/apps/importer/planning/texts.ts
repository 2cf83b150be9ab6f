import { UserError } from "#lib/errors.ts";
import type { Folder, Refusal } from "../reading/folder.ts";
import { readFrontMatter, type FrontMatter } from "../reading/front-matter.ts";
import { markdownFile } from "../reading/names.ts";
import { wholePlaces } from "./whole.ts";

/** A Markdown file that was read. */
export interface Text extends FrontMatter {
  file: string;
}

export interface Texts {
  texts: ReadonlyMap<string, Text>;
  refused: Refusal[];
  skipped: Skipped[];
}

export interface Skipped {
  file: string;
  reason: string;
}

/** Files that stand beside tutorials in most repositories and are none. */
const notTutorials =
  /^(licen[cs]e|copying|notice|changelog|changes|contributing|contributors|code[_-]of[_-]conduct|security|citation|authors|maintainers|pull_request_template)\.(md|markdown)$/i;

/** Reads every Markdown file of a folder. */
export async function readTexts(folder: Folder, isWhole: boolean): Promise<Texts> {
  const result: Texts & { texts: Map<string, Text> } = { texts: new Map(), refused: [], skipped: [] };
  const files = folder.files.filter((file) => markdownFile.test(file));
  const read = await Promise.all(files.map(async (file) => ({ file, text: await readText(folder, file) })));
  for (const { file, text } of read) {
    const isOther = isWhole ? !wholePlaces.test(file) : notTutorials.test(file.split("/").at(-1) ?? "");
    if (isOther) {
      result.skipped.push({ file, reason: "about the folder, not for readers" });
    } else if ("reason" in text) result.refused.push({ file, ...text });
    else result.texts.set(file, { ...text, file });
  }
  return result;
}

async function readText(folder: Folder, file: string): Promise<FrontMatter | { line?: number; reason: string }> {
  try {
    return readFrontMatter(await folder.readText(file));
  } catch (error) {
    if (error instanceof UserError) return { reason: error.message };
    if (error instanceof Error && "code" in error) return { reason: `It cannot be read (${String(error.code)}).` };
    throw error;
  }
}
