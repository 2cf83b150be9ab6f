import type { Folder, Refusal } from "../reading/folder.ts";
import { readDate, readFields, type Fields, type Read } from "./fields.ts";
import type { GitDates } from "../reading/git.ts";
import { patternsOf, type Mapping } from "../mapping/mapping.ts";
import { matchAny } from "../mapping/glob.ts";
import type { Rule } from "../mapping/schema.ts";
import type { TemplateContext } from "../mapping/template.ts";
import { humanise, readName, titleFromHeading } from "../reading/names.ts";
import { UserError } from "#lib/errors.ts";
import { furtherReading, mapped, pickFields, positionOf } from "./ruled.ts";
import { assemble, dropTitle, takeTitle, type Assembled, type Piece } from "./pieces.ts";
import { toSlug } from "./slugs.ts";
import type { Skipped, Text } from "./texts.ts";
import { draftWhole } from "./whole.ts";

/** An article that a file would become, before it is checked. */
export interface Draft extends Assembled {
  /** The file that it is known by. */
  file: string;
  title: string;
  path: string;
  fields: Fields;
  /** Addresses at which the text was before. An author who names one is told when it cannot be; a mapping guesses. */
  formerly: { address: string; byAuthor: boolean }[];
  /** Where in it those lead that lead to a section. */
  anchors?: ReadonlyMap<string, string>;
  /** The series that it is a part of. */
  parent?: Draft;
  /** The text of the first heading, which the page shows as its title: links to its anchor lead to the page. */
  heading: string;
  /** The line on which a key of its front matter stands. */
  lineOf: (key: string) => number;
}

export interface Drafts {
  drafts: Draft[];
  refused: Refusal[];
  skipped: Skipped[];
  notes: Note[];
  /** Which article a file has become a part of. */
  partOf: Map<string, string>;
}

export interface Note {
  file: string;
  line?: number;
  sentence: string;
}

export interface DraftSources {
  folder: Folder;
  mapping: Mapping;
  texts: ReadonlyMap<string, Text>;
  gitDates: ReadonlyMap<string, GitDates>;
  /** What the command line says of files that do not say it themselves. */
  given: Fields;
}

/** Decides what each file becomes. */
export async function draftArticles(sources: DraftSources): Promise<Drafts> {
  const result: Drafts = { drafts: [], refused: [], skipped: [], notes: [], partOf: new Map() };
  const ruled = [...sources.texts.values()].map((text) => ({ text, ...findRule(sources.mapping, text.file) }));
  for (const { text, rule } of ruled) {
    for (const { file } of rule?.join ?? []) {
      const joined = sources.folder.resolve(text.file, file);
      if (joined !== undefined && joined !== text.file && sources.texts.has(joined))
        result.partOf.set(joined, text.file);
    }
  }
  for (const { text, rule, captures } of ruled) {
    if (result.partOf.has(text.file) || rule?.skip !== undefined) continue;
    const context = { folder: sources.folder, file: text.file, captures };
    try {
      await draft(text, rule, context, sources, result);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      result.refused.push({ file: text.file, reason: error.message });
    }
  }
  for (const { text, rule } of ruled) {
    const whole = result.partOf.get(text.file);
    if (whole !== undefined) result.skipped.push({ file: text.file, reason: `a part of ${whole}` });
    else if (rule?.skip !== undefined) result.skipped.push({ file: text.file, reason: rule.skip });
  }
  return result;
}

function findRule(mapping: Mapping, file: string): { rule?: Rule; captures: readonly string[] } {
  for (const rule of mapping.files ?? []) {
    const captures = matchAny(patternsOf(rule), file);
    if (captures !== undefined) return { rule, captures };
  }
  return { captures: [] };
}

async function draft(
  text: Text,
  rule: Rule | undefined,
  context: TemplateContext,
  { folder, mapping, texts, gitDates, given }: DraftSources,
  result: Drafts,
): Promise<void> {
  const { file } = text;
  if (mapping.whole === true && draftWhole(text, result)) return;
  const own = readFields(text.values, mapping.keys);
  noteOwn(own, text, result);
  if (own.refused.length > 0) {
    for (const { key, reason } of own.refused) result.refused.push({ file, line: text.lineOf(key), reason });
    return;
  }
  const main = choosePiece(text, rule, folder, texts);
  if (main === undefined) {
    result.skipped.push({ file, reason: "only a placeholder, with nothing to read" });
    return;
  }
  if (main.file !== file) result.partOf.set(main.file, file);
  const ruled = await mapped(rule === undefined ? {} : pickFields(rule), context);
  const inherited: Fields = { ...(await mapped(mapping.defaults ?? {}, context)), ...given, ...ruled };
  const fields: Fields = { ...inherited, ...own.fields, team: joinTeams(inherited.team, own.fields.team) };
  // The command line speaks of tutorials; a page is a part of a series only when it says so.
  const series = own.fields.series ?? ruled.series;
  if (fields.kind !== undefined && fields.kind !== "tutorial" && series === undefined) delete fields.series;
  const named = readName(file, folder.name, folder.list(file.split("/").slice(0, -1).join("/")));
  const { title: heading, piece } = takeTitle(main);
  const title = fields.title ?? titleFromHeading(heading, named.name) ?? humanise(named.name);
  const pieces = [
    ...joined(rule, true, text, folder, texts),
    dropTitle(piece, title),
    ...joined(rule, false, text, folder, texts),
  ];
  const assembled = assemble(pieces, await furtherReading(rule, context));
  if (!/\S/.test(assembled.source.replace(/<!--[\s\S]*?-->/g, "")) && fields.kind !== "series") {
    result.refused.push({ file, reason: "It is empty: there is nothing to read." });
    return;
  }
  const slug = toSlug(fields.slug ?? named.name);
  if (slug === undefined) {
    const reason = `No address can be made of "${fields.slug ?? named.name}": name a slug in letters a to z and digits.`;
    result.refused.push({ file, line: text.lineOf("slug"), reason });
    return;
  }
  const git = gitDates.get(main.file);
  const position = await positionOf(file, rule, context);
  result.drafts.push({
    ...assembled,
    file,
    title,
    heading: heading ?? title,
    path: `/${slug}/`,
    lineOf: text.lineOf,
    formerly: [
      ...(own.fields.aliases ?? []).map((address) => ({ address, byAuthor: true })),
      ...[own.fields.permalink ?? [], ruled.aliases ?? []].flat().map((address) => ({ address, byAuthor: false })),
    ],
    fields: {
      ...(position === undefined ? {} : { position }),
      ...dates(fields, named.date, git, file),
      ...fields,
      // What has expired would be public for a minute, at every import.
      ...(fields.expiresAt !== undefined && fields.expiresAt <= new Date() ? { draft: true } : {}),
    },
  });
}

function dates(fields: Fields, named: string | undefined, git: GitDates | undefined, file: string): Fields {
  const publishedAt = fields.publishedAt ?? readDate(named) ?? git?.first;
  const updatedAt = fields.updatedAt ?? git?.last;
  return {
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(/(^|\/)_drafts\//.test(file) ? { draft: true } : {}),
  };
}

function noteOwn(own: Read, { file, lineOf }: Text, { notes }: Drafts): void {
  for (const key of own.unknown) notes.push({ file, line: lineOf(key), sentence: `unknown key ${key}` });
  for (const { key, sentence } of own.notes) notes.push({ file, line: lineOf(key), sentence });
}

/** The text itself, or the one that stands in for a placeholder; undefined when that says nothing either. */
function choosePiece(
  text: Text,
  rule: Rule | undefined,
  folder: Folder,
  texts: ReadonlyMap<string, Text>,
): Piece | undefined {
  const own: Piece = { file: text.file, body: text.body, line: text.bodyLine };
  if (rule?.placeholder === undefined) return own;
  const placeholder = new RegExp(`^(?:${rule.placeholder})$`, "u");
  if (!placeholder.test(text.body.trim())) return own;
  const instead = rule.instead === undefined ? undefined : texts.get(folder.resolve(text.file, rule.instead) ?? "");
  if (instead === undefined || placeholder.test(instead.body.trim())) return undefined;
  return { file: instead.file, body: instead.body, line: instead.bodyLine };
}

function joined(
  rule: Rule | undefined,
  before: boolean,
  { file }: Text,
  folder: Folder,
  texts: ReadonlyMap<string, Text>,
): Piece[] {
  return (rule?.join ?? []).flatMap((part) => {
    const text = texts.get(folder.resolve(file, part.file) ?? "");
    if (text === undefined || (part.before ?? false) !== before) return [];
    const { piece } = takeTitle({ file: text.file, body: text.body, line: text.bodyLine });
    return [part.fold === undefined ? piece : { ...piece, fold: part.fold }];
  });
}

/** A file that names only its reviewers does not disown its authors. */
function joinTeams(inherited: Fields["team"] = [], own: Fields["team"] = []): NonNullable<Fields["team"]> {
  if (own.length === 0) return inherited;
  return own.some(isAuthor) ? own : [...inherited.filter(isAuthor), ...own];
}

function isAuthor({ role }: { role: string }): boolean {
  return role === "author";
}
