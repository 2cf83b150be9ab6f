import { readFile } from "node:fs/promises";
import { and, asc, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { bodies, entries, redirects } from "#apps/catalog/schema.ts";
import { resolvePictures } from "#apps/media/media.ts";
import { config } from "#config.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { on, task } from "#lib/jobs.ts";
import { lintAside } from "#lib/lint/aside.ts";
import type { Facts, Finding, KnownEntry, PictureFacts } from "#lib/lint/finding.ts";
import { log } from "#lib/log.ts";
import { reservedSegments } from "#urls.ts";
import { versionSaved } from "./events.ts";
import { findings, linkChecks, revisions } from "./schema.ts";

/** A text with the title and summary that go with it. */
export interface LintedText {
  title: string;
  summary: string;
  source: string;
}

/** What a writer should know of a text of an entry. Stores nothing, so that it can be asked while somebody writes. */
export async function lintText(entryId: number, text: LintedText, patienceMs?: number): Promise<Finding[]> {
  const [entry] = await db.select({ path: entries.path }).from(entries).where(eq(entries.id, entryId));
  return await lintAside(text.source, await gatherFacts(text, entry?.path), patienceMs);
}

/** Lints a revision of an entry and keeps what was found, when there is none newer. Without a number: the newest. */
export async function lintEntry(entryId: number, number?: number, patienceMs?: number): Promise<Finding[]> {
  const [text] = await db
    .select({
      number: revisions.number,
      source: revisions.source,
      title: sql<string>`coalesce(${revisions.title}, ${entries.title})`,
      summary: sql<string>`coalesce(${revisions.summary}, ${entries.summary})`,
    })
    .from(revisions)
    .innerJoin(entries, eq(entries.id, revisions.entryId))
    .where(and(eq(revisions.entryId, entryId), number === undefined ? undefined : eq(revisions.number, number)))
    .orderBy(desc(revisions.number))
    .limit(1);
  if (text === undefined) throw new NotFound(`There is no revision of entry ${entryId} to lint.`);
  const found = await lintText(entryId, text, patienceMs);
  await atomic(async () => {
    // Whoever lints the same entry at the same time waits here, and the newest text is what counts.
    const [entry] = await db.select({ id: entries.id }).from(entries).where(eq(entries.id, entryId)).for("update");
    const newest = await newestNumber(entryId);
    if (entry === undefined || newest !== text.number) return;
    await db.delete(findings).where(eq(findings.entryId, entryId));
    if (found.length === 0) return;
    await db.insert(findings).values(found.map((finding) => ({ entryId, number: text.number, ...finding })));
  });
  return found;
}

/**
 * How many errors are known of a revision within ten seconds: those that the linter finds now or, where it is slow or
 * broken, those that a worker found before; null where none did, of which a worker tells later.
 */
export async function countErrors(entryId: number, number: number): Promise<number | null> {
  try {
    const found = await lintEntry(entryId, number, 10_000);
    return found.filter(({ severity }) => severity === "error").length;
  } catch (error) {
    if (error instanceof NotFound) throw error;
    log.warn({ error, entryId, number }, "the linter did not answer");
    await askToLint(entryId);
    const ofRevision = and(eq(findings.entryId, entryId), eq(findings.number, number), eq(findings.severity, "error"));
    return (await db.$count(findings, ofRevision)) || null;
  }
}

/** Has the newest revision of an entry linted by a worker. Call it in the transaction that saves one. */
export async function askToLint(entryId: number): Promise<void> {
  await lintNewest.later({ entryId, number: (await newestNumber(entryId)) ?? 0 });
}

/** Of many who ask for the same revision one is heard. */
export const lintNewest = task(
  "editorial.lint",
  {
    input: z.object({ entryId: z.int(), number: z.int() }),
    key: ({ entryId, number }) => `${entryId} ${number}`,
    timeoutSeconds: 120,
    queue: { concurrency: 1 },
  },
  async ({ entryId }) => {
    // It may have been deleted since, or have no text yet.
    if ((await newestNumber(entryId)) !== undefined) await lintEntry(entryId);
  },
);

export const lintSaved = on(versionSaved, "editorial.lint-saved", ({ entryId }) => askToLint(entryId));

/** Has every entry linted that links to one of these addresses: what is known of them has changed. */
export async function askToLintLinksTo(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const rows = await db
      .select({ id: bodies.id })
      .from(bodies)
      .where(sql`strpos(${bodies.source}, ${url}) > 0`);
    for (const { id } of rows) await askToLint(id);
  }
}

/** What was found in the newest revision of an entry that a worker has linted, in the order of its lines. */
export async function listFindings(entryId: number): Promise<(typeof findings.$inferSelect)[]> {
  return db
    .select()
    .from(findings)
    .where(eq(findings.entryId, entryId))
    .orderBy(asc(findings.line), asc(findings.column), asc(findings.id));
}

/** Whether something was found that somebody has to give a reason for who publishes it all the same. */
export async function hasErrors(entryId: number): Promise<boolean> {
  return (await db.$count(findings, and(eq(findings.entryId, entryId), eq(findings.severity, "error")))) > 0;
}

/** How many findings there are of each severity, by entry; those without any are left out. */
export async function countFindings(
  entryIds: readonly number[],
): Promise<ReadonlyMap<number, Readonly<Record<Finding["severity"], number>>>> {
  const counts = new Map<number, Record<Finding["severity"], number>>();
  if (entryIds.length === 0) return counts;
  const rows = await db
    .select({ entryId: findings.entryId, severity: findings.severity, count: sql<number>`count(*)::int` })
    .from(findings)
    .where(inArray(findings.entryId, [...entryIds]))
    .groupBy(findings.entryId, findings.severity);
  for (const { entryId, severity, count } of rows) {
    const known = counts.get(entryId) ?? { error: 0, warning: 0, hint: 0 };
    counts.set(entryId, { ...known, [severity]: count });
  }
  return counts;
}

/** What the site knows of all that a text names. */
async function gatherFacts({ title, summary, source }: LintedText, path: string | undefined): Promise<Facts> {
  return {
    title,
    summary,
    ...(path !== undefined && { path }),
    entries: await knownEntries(source),
    reserved: [...reservedSegments],
    broken: await brokenLinks(),
    pictures: await picturesOf(source),
    ...(await findHouseStyle()),
    spelling: config.SITE_LANGUAGE.startsWith("en"),
  };
}

async function knownEntries(source: string): Promise<Record<string, KnownEntry>> {
  const isPublic = sql<boolean>`coalesce(${entries.publishedAt} <= now(), false)`;
  const rows = await db.select({ path: entries.path, isPublic }).from(entries);
  const former = await db
    .select({ path: redirects.path, isPublic })
    .from(redirects)
    .innerJoin(entries, eq(entries.id, redirects.entryId));
  const known: Record<string, KnownEntry> = Object.fromEntries(
    [...former, ...rows].map((row) => [row.path, { isPublic: row.isPublic }]),
  );
  const targets = new Set([...source.matchAll(/(\/[a-z0-9_./-]{1,300})#[\w%-]/g)].map(([, target = ""]) => target));
  const anchored = await db
    .select({ path: entries.path, html: bodies.html })
    .from(entries)
    .innerJoin(bodies, eq(bodies.id, entries.id))
    .where(
      inArray(
        entries.path,
        [...targets].map((target) => `${target}/`.replace(/\/{2,}$/, "/")),
      ),
    );
  for (const { path, html } of anchored) {
    const anchors = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id);
    known[path] = { isPublic: known[path]?.isPublic ?? false, anchors };
  }
  return known;
}

/** What the last look found to be wrong with addresses elsewhere. */
export async function brokenLinks(): Promise<Record<string, string>> {
  const rows = await db.select().from(linkChecks).where(isNotNull(linkChecks.problem));
  return Object.fromEntries(rows.map(({ url, problem }) => [url, problem ?? ""]));
}

async function picturesOf(source: string): Promise<Record<string, PictureFacts>> {
  const srcs = [...source.matchAll(/\/media\/[0-9a-f]{16}\/[\w.-]{1,200}/g)].map(([src]) => src);
  const resolved = await resolvePictures(srcs);
  return Object.fromEntries([...resolved].map(([src, { media }]) => [src, media]));
}

/** The house style of the site, if it has one. Throws a UserError that names the lines which cannot be read. */
export async function findHouseStyle(file = config.HOUSE_STYLE): Promise<Pick<Facts, "houseStyle">> {
  if (file === undefined) return {};
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw new UserError(`The house style ${file} cannot be read.`);
  const { parseHouseStyle } = await import("#lib/lint/house-style.ts");
  return { houseStyle: parseHouseStyle(text, file) };
}

async function newestNumber(entryId: number): Promise<number | undefined> {
  const [row] = await db
    .select({ number: sql<number | null>`max(${revisions.number})` })
    .from(revisions)
    .where(eq(revisions.entryId, entryId));
  return row?.number ?? undefined;
}
