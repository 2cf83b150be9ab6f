import { and, asc, count, eq, max, sql } from "drizzle-orm";
import { isPublished, listTopics } from "#apps/catalog/entries.ts";
import { listPeople } from "#apps/catalog/people.ts";
import { entries, entryImages } from "#apps/catalog/schema.ts";
import { mediaPath } from "#apps/media/media.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { document, element, type Xml } from "#lib/xml.ts";
import { absolute } from "#ui/head.tsx";
import { urls } from "#urls.ts";

/** Addresses in one file; sitemaps.org allows 50,000 and 50 MB, and pictures take room. */
const fileLength = 10_000;

/** The sitemap, or, when it takes several files, first a list of them and then each by its number. */
export async function sitemap(page: number | undefined): Promise<string> {
  const [row] = await db.select({ total: count() }).from(entries).where(isPublished);
  const files = Math.max(1, Math.ceil((row?.total ?? 0) / fileLength));
  if (page === undefined && files > 1) return indexOf(files);
  if ((page ?? 1) > files) throw new NotFound(`There is no sitemap ${page}.`);
  const own = page === undefined || page === 1 ? await listPages() : [];
  return document(
    element(
      "urlset",
      {
        xmlns: "http://www.sitemaps.org/schemas/sitemap/0.9",
        "xmlns:image": "http://www.google.com/schemas/sitemap-image/1.1",
      },
      own.map((path) => element("url", {}, element("loc", {}, absolute(path)))),
      await listEntryUrls(((page ?? 1) - 1) * fileLength),
    ),
  );
}

function indexOf(files: number): string {
  const numbers = Array.from({ length: files }, (_, index) => index + 1);
  return document(
    element(
      "sitemapindex",
      { xmlns: "http://www.sitemaps.org/schemas/sitemap/0.9" },
      numbers.map((page) => element("sitemap", {}, element("loc", {}, absolute(urls.sitemap({}, { page }))))),
    ),
  );
}

async function listPages(): Promise<string[]> {
  const topics = (await listTopics()).map(({ slug }) => urls.topic({ topic: slug }));
  const people = (await listPeople()).map(({ slug }) => urls.person({ slug }));
  return [urls.home(), urls.tutorials(), urls.topics(), ...topics, urls.team(), ...people];
}

async function listEntryUrls(offset: number): Promise<Xml[]> {
  const rows = await db
    .select({
      path: entries.path,
      changedAt: max(sql`greatest(${entries.updatedAt}, ${entries.publishedAt})`).mapWith(entries.updatedAt),
      // Pictures of a guarded text are a part of it.
      images: sql<{ hash: string; name: string }[]>`coalesce(
        json_agg(json_build_object('hash', ${media.hash}, 'name', ${media.name}) order by ${entryImages.position})
        filter (where ${media.id} is not null and ${entries.access} = 'public'), '[]')`,
    })
    .from(entries)
    .leftJoin(entryImages, eq(entryImages.entryId, entries.id))
    .leftJoin(media, eq(media.id, entryImages.mediaId))
    .where(and(isPublished))
    .groupBy(entries.id)
    .orderBy(asc(entries.id))
    .offset(offset)
    .limit(fileLength);
  return rows.map(({ path, changedAt, images }) =>
    element(
      "url",
      {},
      element("loc", {}, absolute(path)),
      changedAt && element("lastmod", {}, changedAt.toISOString()),
      images.map((image) => element("image:image", {}, element("image:loc", {}, absolute(mediaPath(image))))),
    ),
  );
}
