import { and, eq, inArray, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { listEntries, type EntryCard, type EntryFilter } from "#apps/catalog/entries.ts";
import { bodies, credits, entries } from "#apps/catalog/schema.ts";
import { canOpen } from "#apps/members/members.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { anonymous } from "#lib/viewer.ts";
import { absolute } from "#ui/head.tsx";

/** How many of the newest entries a feed holds. */
const feedLength = 20;

export interface FeedItem extends Pick<EntryCard, "title" | "summary" | "topics"> {
  url: string;
  publishedAt: Date;
  updatedAt: Date;
  authors: string[];
  /** All of it when everybody may read it, else the teaser, with whole addresses. */
  html: string;
  isWhole: boolean;
}

export interface Feed {
  title: string;
  description: string;
  /** The page that the feed follows, and the feed itself, as whole addresses. */
  home: string;
  self: string;
  updatedAt: Date;
  items: FeedItem[];
}

/** The newest entries as anybody may read them: a feed reader is never signed in. */
export async function listFeedItems(filter: EntryFilter): Promise<FeedItem[]> {
  const { cards } = await listEntries(filter, { limit: feedLength });
  const texts = await readTexts(cards.map((card) => card.id));
  return cards.flatMap((card) => {
    const text = texts.get(card.id);
    if (text === undefined || card.publishedAt === null) return [];
    return {
      title: card.title,
      summary: card.summary,
      topics: card.topics,
      url: absolute(card.path),
      publishedAt: card.publishedAt,
      updatedAt: card.updatedAt > card.publishedAt ? card.updatedAt : card.publishedAt,
      authors: text.authors,
      html: forFeeds(text.html),
      isWhole: canOpen(anonymous, card),
    };
  });
}

async function readTexts(ids: readonly number[]): Promise<Map<number, { html: string; authors: string[] }>> {
  if (ids.length === 0) return new Map();
  const authors = sql<string[]>`coalesce((
    select json_agg(${profiles.name} order by ${credits.position}) from ${credits}
    join ${profiles} on ${profiles.id} = ${credits.profileId}
    where ${credits.entryId} = ${entries}.id and ${credits.role} = 'author'
  ), '[]')`;
  const rows = await db
    .select({
      id: entries.id,
      html: sql<string>`case when ${entries.access} = 'public' then ${bodies.html} else ${bodies.teaser} end`,
      authors,
    })
    .from(entries)
    .innerJoin(bodies, eq(bodies.id, entries.id))
    .where(and(inArray(entries.id, [...ids])));
  return new Map(rows.map((row) => [row.id, row]));
}

// The text was rendered by us, so its attributes have one form. A reader elsewhere needs whole addresses, and has no use
// for links to the sections of a page it does not show.
function forFeeds(html: string): string {
  return html
    .replace(/ ?<a class="permalink"[^>]*><\/a>/g, "")
    .replace(/ (href|src|poster)="\/(?!\/)/g, ` $1="${config.BASE_URL}/`)
    .replace(
      / srcset="([^"]*)"/g,
      (_, set: string) => ` srcset="${set.replace(/(^|, )\/(?!\/)/g, `$1${config.BASE_URL}/`)}"`,
    );
}
