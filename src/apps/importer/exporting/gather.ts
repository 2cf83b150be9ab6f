import { and, asc, desc, eq, inArray, isNull, or, sql } from "drizzle-orm";
import { profiles, type Profile } from "#apps/accounts/schema.ts";
import {
  bodies,
  credits,
  entries,
  entryTopics,
  redirects,
  topics,
  type CreditRole,
  type Entry,
  type Topic,
} from "#apps/catalog/schema.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { media, type Media } from "#apps/media/schema.ts";
import { atomic, db } from "#lib/db.ts";

/** An entry with all that its file says. */
export interface Gathered {
  entry: Entry;
  source: string;
  /** Slugs, in their order. */
  topics: string[];
  credits: { role: CreditRole; slug: string }[];
  /** The path of the series that it is a part of. */
  series: string | undefined;
  image: Media | undefined;
  redirects: { path: string; anchor: string }[];
}

export interface Site {
  entries: Gathered[];
  topics: Topic[];
  profiles: (Profile & { picture: Media | undefined })[];
  /** Every picture that anything of it shows, by the digits that addresses name it by. */
  pictures: ReadonlyMap<string, Media>;
}

/** What an import can make anew. */
export const exportedKinds = ["tutorial", "page", "series"];

/** All text of the site, as it is at one moment. */
export async function gatherSite(): Promise<Site> {
  return atomic(async () => {
    await db.execute(sql`set transaction isolation level repeatable read, read only`);
    const pictures = await db.select().from(media);
    const byId = new Map(pictures.map((picture) => [picture.id, picture]));
    const byHash = new Map(pictures.map((picture) => [picture.hash, picture]));
    const people = await db
      .select()
      .from(profiles)
      // Readers have profiles too; those are theirs.
      .where(or(isNull(profiles.userId), inArray(profiles.id, db.select({ id: credits.profileId }).from(credits))))
      .orderBy(asc(profiles.slug));
    return {
      entries: await gatherEntries(byId),
      topics: await db.select().from(topics).orderBy(asc(topics.position), asc(topics.slug)),
      profiles: people.map((profile) => ({ ...profile, picture: byHash.get(profile.portrait ?? "") })),
      pictures: new Map(pictures.map((picture) => [picture.hash.slice(0, 16), picture])),
    };
  });
}

async function gatherEntries(pictures: ReadonlyMap<number, Media>): Promise<Gathered[]> {
  const rows = await db
    .select({ entry: entries, source: bodies.source })
    .from(entries)
    .leftJoin(bodies, eq(bodies.id, entries.id))
    .where(inArray(entries.kind, exportedKinds))
    .orderBy(asc(entries.path));
  // Nobody reads the page of a draft: what it says is its newest version, which may have no page yet.
  const newest = await db
    .selectDistinctOn([revisions.entryId])
    .from(revisions)
    .innerJoin(entries, and(eq(entries.id, revisions.entryId), isNull(entries.publishedAt)))
    .orderBy(asc(revisions.entryId), desc(revisions.number));
  const drafts = new Map(newest.map((row) => [row.revisions.entryId, row.revisions]));
  const links = await db
    .select({ entryId: entryTopics.entryId, slug: topics.slug })
    .from(entryTopics)
    .innerJoin(topics, eq(topics.id, entryTopics.topicId))
    .orderBy(asc(entryTopics.position), asc(topics.slug));
  const team = await db
    .select({ entryId: credits.entryId, role: credits.role, slug: profiles.slug })
    .from(credits)
    .innerJoin(profiles, eq(profiles.id, credits.profileId))
    .orderBy(asc(credits.position), asc(profiles.slug));
  const former = await db.select().from(redirects).orderBy(asc(redirects.path));
  const linksOf = Map.groupBy(links, ({ entryId }) => entryId);
  const teamOf = Map.groupBy(team, ({ entryId }) => entryId);
  const formerOf = Map.groupBy(former, ({ entryId }) => entryId);
  const series = new Map(
    rows.flatMap(({ entry }) => (entry.kind === "series" ? [[entry.id, entry.path] as const] : [])),
  );
  return rows.map(({ entry, source }) => ({
    ...readDraft(entry, source ?? "", drafts.get(entry.id)),
    topics: (linksOf.get(entry.id) ?? []).map(({ slug }) => slug),
    credits: teamOf.get(entry.id) ?? [],
    series: entry.kind === "series" ? undefined : series.get(entry.parentId ?? 0),
    image: pictures.get(entry.imageId ?? 0),
    redirects: formerOf.get(entry.id) ?? [],
  }));
}

function readDraft(
  entry: Entry,
  source: string,
  draft: typeof revisions.$inferSelect | undefined,
): Pick<Gathered, "entry" | "source"> {
  if (draft === undefined) return { entry, source };
  const { title, summary } = draft;
  return { entry: { ...entry, title: title ?? entry.title, summary: summary ?? entry.summary }, source: draft.source };
}
