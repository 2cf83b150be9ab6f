import { and, desc, eq, lt, sql, type SQL } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { touchContent } from "#apps/catalog/content-version.ts";
import { entries, entryImages } from "#apps/catalog/schema.ts";
import { media, type Media } from "#apps/media/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { urls } from "#urls.ts";

export const libraryFilters = ["all", "unused", "undescribed"] as const;
export type LibraryFilter = (typeof libraryFilters)[number];

export interface LibrarySearch {
  /** A part of a name or a description. */
  q: string;
  filter: LibraryFilter;
  /** The id that the page before ended with. */
  before?: number | undefined;
}

export const picturesPerPage = 60;

/** The newest pictures that fit, and the id to go on after when there are more. One query. */
export async function findPictures({ q, filter, before }: LibrarySearch): Promise<{
  pictures: Media[];
  next: number | undefined;
}> {
  const words = q.trim().toLowerCase();
  const found = await db
    .select()
    .from(media)
    .where(
      and(
        words === "" ? undefined : sql`strpos(lower(${media.name} || ' ' || ${media.alt}), ${words}) > 0`,
        filter === "unused" ? isShownNowhere() : filter === "undescribed" ? eq(media.alt, "") : undefined,
        before === undefined ? undefined : lt(media.id, before),
      ),
    )
    .orderBy(desc(media.id))
    .limit(picturesPerPage + 1);
  const pictures = found.slice(0, picturesPerPage);
  return { pictures, next: found.length > picturesPerPage ? pictures.at(-1)?.id : undefined };
}

// A former text may still show it; that is looked at before it is deleted.
function isShownNowhere(): SQL {
  return sql`not (exists (select from ${entries} where ${entries.imageId} = ${media}.id)
    or exists (select from ${entryImages} where ${entryImages.mediaId} = ${media}.id)
    or exists (select from ${profiles} where ${profiles.portrait} = ${media}.hash))`;
}

export async function findPicture(id: number): Promise<Media | undefined> {
  const [picture] = await db.select().from(media).where(eq(media.id, id));
  return picture;
}

export interface PictureUse {
  title: string;
  path: string;
  /** As what, and what is said of it there. */
  as: "cover" | "text" | "portrait";
  alt: string;
}

/** Where a picture is shown, by title. */
export async function listUses({ id, hash }: Pick<Media, "id" | "hash">): Promise<PictureUse[]> {
  const { rows } = await db.execute<PictureUse & Record<string, unknown>>(sql`
    select title, path, 'cover' as "as", '' as alt from ${entries} where image_id = ${id}
    union all
    select e.title, e.path, 'text', i.alt from ${entryImages} i join ${entries} e on e.id = i.entry_id where i.media_id = ${id}
    union all
    select name, slug, 'portrait', '' from ${profiles} where portrait = ${hash}
    order by 1, 3`);
  return rows.map((use) => (use.as === "portrait" ? { ...use, path: urls.person({ slug: use.path }) } : use));
}

/** Says what a picture shows and which point of it a crop keeps, in percent. Pages show it so at once. */
export async function describePicture(
  id: number,
  { alt, focusX, focusY }: Pick<Media, "alt" | "focusX" | "focusY">,
): Promise<void> {
  await atomic(async () => {
    await db.update(media).set({ alt, focusX, focusY }).where(eq(media.id, id));
    await touchContent();
  });
}
