import { and, asc, eq, gt, isNotNull, lte, sql } from "drizzle-orm";
import { bodies, entries, redirects } from "#apps/catalog/schema.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { every } from "#lib/jobs.ts";
import { askOutside, OutsideError, type Network } from "#lib/outside.ts";
import { reservedSegments } from "#urls.ts";
import { askToLintLinksTo } from "./linting.ts";
import { linkChecks } from "./schema.ts";

const hour = 3_600_000;
/** Strangers who are asked at once, each one at a time. */
const atOnce = 6;

/** Looks once a week where the links of published text lead. */
export const checkLinks = every(
  "editorial.check-links",
  "10 5 * * 1",
  { timeoutSeconds: 6 * 3600 },
  async ({ slot }, { signal, progress }) => {
    const links = await listLinks(slot);
    await db.delete(linkChecks).where(sql`${linkChecks.url} <> all(${sql.param(links)}::text[])`);
    // An attempt that was broken off is gone on with.
    const fresh = await db
      .select({ url: linkChecks.url })
      .from(linkChecks)
      .where(gt(linkChecks.checkedAt, new Date(Date.now() - 24 * hour)));
    const done = new Set(fresh.map(({ url }) => url));
    const hosts = [
      ...Map.groupBy(
        links.filter((link) => !done.has(link)),
        hostOf,
      ).values(),
    ];
    let count = done.size;
    const changed: string[] = [];
    const lookInTurn = async (): Promise<void> => {
      for (let host = hosts.pop(); host !== undefined; host = hosts.pop()) {
        for (const url of host) {
          signal.throwIfAborted();
          if (await saveCheck(url, await findProblem(url))) changed.push(url);
          if ((count += 1) % 20 === 0) await progress(count, links.length);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lookInTurn));
    await askToLintLinksTo(changed);
  },
);

/** The addresses to which published text links, without what follows a `#`. */
export async function listLinks(now: Date): Promise<string[]> {
  const { scanMarkdown } = await import("#lib/markdown/markdown.ts");
  const published = await db.select({ id: entries.id }).from(entries).where(lte(entries.publishedAt, now));
  const found = new Set<string>();
  for (const { id } of published) {
    const [body] = await db.select({ source: bodies.source }).from(bodies).where(eq(bodies.id, id));
    for (const { href } of scanMarkdown(body?.source ?? "").links) {
      const link = href.replace(/#.*$/, "");
      if (/^https?:\/\/|^\/(?!\/)/.test(link)) found.add(link);
    }
  }
  return [...found].toSorted();
}

/** What is wrong with an address, in a sentence. A server that is busy or wants no robots proves nothing. */
export async function findProblem(url: string, network?: Network): Promise<string | undefined> {
  if (url.startsWith("/")) return findProblemInside(url);
  if (url.startsWith(`${config.BASE_URL}/`)) return findProblemInside(url.slice(config.BASE_URL.length));
  try {
    const status = await askOutside(url, { hosts: ["*"], ...(network && { network }) });
    return status === 404 || status === 410 ? `It answers ${status}.` : undefined;
  } catch (error) {
    if (error instanceof OutsideError) return error.message;
    throw error;
  }
}

async function findProblemInside(url: string): Promise<string | undefined> {
  const path = url.replace(/\?.*$/, "").replace(/\.md$|\/?$/, "/");
  if (reservedSegments.has(path.split("/")[1] ?? "")) return undefined;
  const here = await db.$count(entries, and(eq(entries.path, path), lte(entries.publishedAt, sql`now()`)));
  const isKnown = here > 0 || (await db.$count(redirects, eq(redirects.path, path))) > 0;
  return !isKnown ? "Nothing on this site has this address." : undefined;
}

/** Answers whether the address has broken, or works again. */
async function saveCheck(url: string, problem: string | undefined): Promise<boolean> {
  const [before] = await db.select({ problem: linkChecks.problem }).from(linkChecks).where(eq(linkChecks.url, url));
  const row = {
    problem: problem ?? null,
    brokenSince: problem === undefined ? null : new Date(),
    checkedAt: new Date(),
  };
  await db
    .insert(linkChecks)
    .values({ url, ...row })
    .onConflictDoUpdate({
      target: linkChecks.url,
      set: {
        ...row,
        brokenSince: sql`case when ${row.brokenSince}::timestamptz is null then null else coalesce(${linkChecks.brokenSince}, now()) end`,
      },
    });
  return (before?.problem ?? null) !== row.problem;
}

export interface BrokenLink {
  url: string;
  problem: string;
  since: Date;
  /** Paths of published entries that link there. */
  on: string[];
}

/** The links that lead nowhere, as the last look found them. */
export async function listBrokenLinks(): Promise<BrokenLink[]> {
  const broken = await db.select().from(linkChecks).where(isNotNull(linkChecks.problem)).orderBy(asc(linkChecks.url));
  return Promise.all(
    broken.map(async ({ url, problem, brokenSince, checkedAt }) => {
      const rows = await db
        .select({ path: entries.path })
        .from(entries)
        .innerJoin(bodies, sql`${bodies.id} = ${entries.id}`)
        .where(and(lte(entries.publishedAt, sql`now()`), sql`strpos(${bodies.source}, ${url}) > 0`));
      return { url, problem: problem ?? "", since: brokenSince ?? checkedAt, on: rows.map(({ path }) => path) };
    }),
  );
}

/** Whether links have led nowhere for more than one look: a server may be down for a day. */
export async function checkBrokenLinks(): Promise<string | undefined> {
  const broken = await listBrokenLinks();
  const lasting = broken.filter(({ since }) => Date.now() - since.getTime() > 6 * 24 * hour);
  return lasting.length === 0 ? undefined : `${lasting.length} links lead nowhere: ./manage links shows them.`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
