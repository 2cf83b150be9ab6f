import { and, eq, lt, ne, or, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { isPublished } from "#apps/catalog/entries.ts";
import { credits, entries, type Entry } from "#apps/catalog/schema.ts";
import { config } from "#config.ts";
import { atomic, db } from "#lib/db.ts";
import { deliver } from "./alerts/delivery.ts";
import { markSent, raiseAlert, takeNews, type Alert, type Occasion } from "./alerts.ts";

/** News are gathered for two minutes, by a clock that looks once a minute: ten tutorials together are one message. */
const gatherMs = 115_000;
const mostLines = 10;

/** Says that an entry was published; more when it is the first one of the site, or of an author. */
export async function notePublished(entryId: number, now = new Date()): Promise<void> {
  const [entry] = await db
    .select()
    .from(entries)
    .where(and(eq(entries.id, entryId), isPublished));
  // What lists do not show is no news either: pages such as About, and parts of a series.
  if (entry === undefined || !entry.listed) return;
  await raiseAlert(
    {
      fingerprint: `published ${entryId}`,
      kind: "news",
      title: await titleOf(entry),
      text: config.BASE_URL + entry.path,
    },
    now,
  );
}

async function titleOf(entry: Entry): Promise<`${Occasion}: ${string}`> {
  const isEarlier = and(
    eq(entries.listed, true),
    ne(entries.id, entry.id),
    or(
      lt(entries.publishedAt, entry.publishedAt ?? sql`now()`),
      and(eq(entries.publishedAt, entry.publishedAt ?? sql`now()`), lt(entries.id, entry.id)),
    ),
  );
  if ((await db.$count(entries, isEarlier)) === 0) return `First publication of the site: ${entry.title}`;
  const authors = await db
    .select({ id: profiles.id, name: profiles.name })
    .from(credits)
    .innerJoin(profiles, eq(profiles.id, credits.profileId))
    .where(and(eq(credits.entryId, entry.id), eq(credits.role, "author")))
    .orderBy(credits.position);
  for (const { id, name } of authors) {
    const [earlier] = await db
      .select({ id: entries.id })
      .from(credits)
      .innerJoin(entries, eq(entries.id, credits.entryId))
      .where(and(eq(credits.profileId, id), eq(credits.role, "author"), isEarlier))
      .limit(1);
    if (earlier === undefined) return `First publication: ${entry.title}, by ${name}`;
  }
  return `Published: ${entry.title}`;
}

/** Hands over the news as one message, once the oldest has waited long enough for others. */
export async function handOverNews(now = new Date()): Promise<void> {
  await atomic(async () => {
    const news = await takeNews(now);
    const [oldest] = news;
    if (oldest === undefined || oldest.raisedAt.getTime() > now.getTime() - gatherMs) return;
    await markSent(
      news.map(({ fingerprint }) => fingerprint),
      now,
    );
    await deliver({ kind: "news", ...gathered(news) }, `news ${now.toISOString()}`);
  });
}

function gathered(news: readonly Alert[]): { title: string; text: string } {
  const [first] = news;
  if (first === undefined || news.length === 1) return { title: first?.title ?? "", text: first?.text ?? "" };
  const lines = news.slice(0, mostLines).map(({ title, text }) => `${title}, ${text}`);
  const more = news.length > mostLines ? [`and ${news.length - mostLines} more`] : [];
  return { title: `${first.title}, and ${news.length - 1} more`, text: [...lines, ...more].join("\n") };
}
