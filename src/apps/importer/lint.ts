import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { asc, eq } from "drizzle-orm";
import { entries } from "#apps/catalog/schema.ts";
import { brokenLinks, findHouseStyle, lintEntry } from "#apps/editorial/linting.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { inspectImage } from "#lib/images.ts";
import { lint, type Facts, type Severity } from "#lib/lint.ts";
import { columnOf } from "#lib/lint/column.ts";
import { importFolder, type Report } from "./import.ts";
import type { Article } from "./planning/articles.ts";

/** A finding of the linter, or of the import, in a file or an entry. */
export interface Located {
  /** A path of a file, or the address of an entry. */
  file: string;
  line: number;
  column: number;
  rule: string;
  severity: Severity;
  message: string;
}

export interface Linted {
  texts: number;
  findings: Located[];
}

/** Lints the newest text of every entry and keeps what is found, as the desk shows it. */
export async function lintSite(): Promise<Linted> {
  const rows = await db
    .selectDistinct({ id: entries.id, path: entries.path })
    .from(entries)
    .innerJoin(revisions, eq(revisions.entryId, entries.id))
    .orderBy(asc(entries.path));
  const findings: Located[] = [];
  for (const { id, path } of rows) {
    for (const finding of await lintEntry(id)) findings.push({ file: path, ...finding });
  }
  return { texts: rows.length, findings };
}

/**
 * Lints a folder as an import would read it, or one file of it, and writes nothing. Throws a UserError when there is no
 * such folder, or when its mapping or the house style cannot be read.
 */
export async function lintPath(path: string, { rules = config.HOUSE_STYLE }: { rules?: string } = {}): Promise<Linted> {
  const whole = resolve(path);
  const found = await stat(whole).catch(() => undefined);
  if (found === undefined) throw new UserError(`There is no ${path}.`);
  const folder = found.isDirectory() ? whole : folderOf(whole);
  const report = await importFolder(folder, { dryRun: true });
  const facts: Facts = {
    broken: await brokenLinks(),
    ...(await findHouseStyle(rules)),
    spelling: config.SITE_LANGUAGE.startsWith("en"),
  };
  const linted: Located[] = await noticedByImport(report, folder);
  for (const article of report.articles) linted.push(...(await lintArticle(article, folder, facts)));
  const isWanted = (file: string): boolean => found.isDirectory() || join(folder, file) === whole;
  const findings = linted
    .filter(({ file }) => isWanted(file))
    .map((one) => ({ ...one, file: found.isDirectory() ? join(path, one.file) : path }))
    .toSorted(inOrder);
  return { texts: report.articles.filter(({ draft }) => isWanted(draft.file)).length, findings };
}

/** The folder that a file is imported with: the nearest one that has a mapping, else its own. */
function folderOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "lectern.yaml")) || existsSync(join(folder, "lectern.yml"))) return folder;
  }
  return dirname(file);
}

/** What an import refuses, what leads nowhere, and keys that mean nothing. */
async function noticedByImport({ refused, dead, notes }: Report, folder: string): Promise<Located[]> {
  const all = [
    ...refused.map(({ file, line, reason }) => ({
      file,
      line,
      rule: "import",
      severity: "error" as const,
      message: reason,
    })),
    ...dead.map(({ file, line, sentence }) => ({
      file,
      line,
      rule: "links",
      severity: "error" as const,
      message: sentence,
    })),
    ...notes.map(({ file, line, sentence }) => ({
      file,
      line,
      rule: "import",
      severity: "warning" as const,
      message: sentence,
    })),
  ];
  return Promise.all(
    all.map(async ({ line = 1, message, ...one }) => {
      const lines = one.rule === "links" ? await linesOf(join(folder, one.file)) : [];
      const [address = ""] = message.replace(/^the picture /, "").split(" ");
      return { ...one, line, column: columnOf(lines, line, address), message: sentenceOf(message) };
    }),
  );
}

function sentenceOf(text: string): string {
  // An address stays as it is written.
  const start = /^[a-z]+ /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split(/\r\n?|\n/);
}

async function lintArticle({ draft, images, pictures }: Article, folder: string, facts: Facts): Promise<Located[]> {
  // A series that is only named has no text.
  if (draft.file.startsWith("series:")) return [];
  const { title, fields } = draft;
  const known: NonNullable<Facts["pictures"]> = Object.fromEntries(
    await Promise.all(
      images.flatMap(({ mark, address }) => {
        const picture = pictures.get(mark);
        return picture === undefined
          ? []
          : [measure(join(folder, picture.file)).then((size) => [encodeURI(address), size])];
      }),
    ),
  );
  const findings = await lint(draft.source, {
    ...facts,
    title,
    ...(fields.summary !== undefined && { summary: fields.summary }),
    pictures: known,
  });
  return findings.flatMap((finding): Located[] => {
    // Where links within a folder lead is what the import says.
    if (finding.rule === "links" && finding.severity === "error") return [];
    if (finding.rule !== "title" && finding.rule !== "summary") return [{ ...finding, ...draft.origin(finding.line) }];
    return [{ ...finding, file: draft.file, line: draft.lineOf(finding.rule) }];
  });
}

const measured = new Map<string, Promise<NonNullable<Facts["pictures"]>[string]>>();

function measure(file: string): Promise<NonNullable<Facts["pictures"]>[string]> {
  const known = measured.get(file);
  if (known !== undefined) return known;
  const size = readFile(file).then(async (bytes) => ({ ...(await inspectImage(bytes)), sizeBytes: bytes.length }));
  measured.set(file, size);
  return size;
}

function inOrder(one: Located, other: Located): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
