import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { media } from "#apps/media/schema.ts";
import { model, readOnlyModel, type Difference, type Ownership, type Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { touchContent } from "./content-version.ts";
import { claimPath, followEntry, refuseReserved } from "./saving.ts";
import { bodies, credits, entries, entryTopics, redirects, topicRedirects, topics } from "./schema.ts";

/** Whose an entry is: of those who are credited as its authors. */
const authors: Ownership = {
  isOwn: (accountId) => sql`exists (select from ${credits} c join ${profiles} p on p.id = c.profile_id
    where c.entry_id = ${entries}.id and c.role = 'author' and p.user_id = ${accountId})`,
  claim: async (key, accountId) => {
    const [profile] = await db.select({ id: profiles.id }).from(profiles).where(eq(profiles.userId, accountId));
    if (profile === undefined) throw new UserError("Only who has a public profile can be an author.");
    await db
      .insert(credits)
      .values({ entryId: Number(key), profileId: profile.id, role: "author", position: 0 })
      .onConflictDoNothing();
  },
};

const ofEntries = model(entries, {
  one: "entry",
  about: "Everything that a reader can open. What an entry says is written at the desk.",
  title: "title",
  list: ["title", "kind", "access", "level", "parentId", "publishedAt", "updatedAt"],
  search: ["title", "path"],
  filters: ["kind", "access", "level", "listed", "parentId"],
  dates: "publishedAt",
  order: "-updatedAt",
  editable: ["access", "level"],
  fieldsets: [
    { fields: ["title", "path", "kind", "summary"] },
    { title: "For whom and when", fields: ["access", "publishedAt", "expiresAt", "listed"] },
    { title: "Place", fields: ["level", "parentId", "position", "imageId"] },
    { title: "Facts", fields: ["readingMinutes", "updatedAt", "announcedAt", "createdAt"] },
  ],
  readOnly: ["readingMinutes", "announcedAt", "createdAt"],
  guarded: {
    path: "entries.publish",
    kind: "entries.publish",
    access: "entries.publish",
    publishedAt: "entries.publish",
    expiresAt: "entries.publish",
    listed: "entries.publish",
  },
  help: {
    path: "Begins and ends with a slash. The former address keeps leading here.",
    publishedAt: "Empty for a draft; in the future for what is scheduled. In UTC.",
    expiresAt: "From then on it is a draft again. In UTC.",
    listed: "Lists and feeds show it. Search finds it in any case.",
    parentId: "The series that it is a part of.",
    updatedAt: "When a reader would say that the text last changed.",
  },
  long: ["summary"],
  slugs: { path: "title" },
  beside: {
    table: bodies,
    label: "What it says",
    fields: ["source", "renderedWith"],
    readOnly: ["source", "renderedWith"],
    long: ["source"],
  },
  inlines: [
    { table: credits, on: "entryId", fields: ["profileId", "role"], position: "position", label: "Credits" },
    { table: entryTopics, on: "entryId", fields: ["topicId"], position: "position", label: "Topics" },
  ],
  actions: [
    {
      name: "publish",
      label: "Publish now",
      needs: "entries.publish",
      confirm: (count) => `Publish ${nameOf(count)} now? What is public already stays as it is.`,
      run: async (_viewer, keys) => {
        const isDraft = and(inArray(entries.id, keys.map(Number)), isNull(entries.publishedAt));
        const { rowCount } = await db.update(entries).set({ publishedAt: new Date() }).where(isDraft);
        await touchContent();
        return `${nameOf(rowCount ?? 0)} published.`;
      },
    },
    {
      name: "unpublish",
      label: "Make drafts",
      needs: "entries.publish",
      confirm: (count) => `Make ${nameOf(count)} drafts again? Their pages are gone at once.`,
      run: async (_viewer, keys) => {
        await db
          .update(entries)
          .set({ publishedAt: null })
          .where(inArray(entries.id, keys.map(Number)));
        await touchContent();
        return `${nameOf(keys.length)} made drafts.`;
      },
    },
  ],
  owner: authors,
  pageOf: ({ path }) => (typeof path === "string" ? path : undefined),
  check: async ({ path, id }) => claimPath(textIn(path), typeof id === "number" ? id : undefined),
  saved: async (key, { before, after }) => {
    const [from, to] = [pathIn(before), pathIn(after)];
    await followEntry(Number(key), { ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
  },
});

const ofTopics = model(topics, {
  title: "name",
  list: [
    "name",
    "slug",
    "summary",
    {
      label: "Entries",
      isNumber: true,
      sql: sql`(select count(*)::int from ${entryTopics} t where t.topic_id = ${topics}.id)`,
    },
    "position",
  ],
  search: ["name", "slug"],
  order: "position",
  editable: ["position"],
  help: { slug: "Stands in the address of the topic.", position: "Small numbers come first." },
  long: ["summary"],
  slugs: { slug: "name" },
  pageOf: ({ slug }) => urls.topic({ topic: textIn(slug) }),
  saved: touch,
});

const ofRedirects = model(redirects, {
  about: "Former addresses, and the entries that they lead to.",
  title: "path",
  list: ["path", "entryId", "anchor", "createdAt"],
  search: ["path"],
  filters: ["entryId"],
  order: "-createdAt",
  readOnly: ["createdAt"],
  help: { path: "Begins and ends with a slash.", anchor: "A place on the page, with its hash: #installing." },
  check: async ({ path }) => {
    refuseReserved(textIn(path));
    const [taken] = await db
      .select({ id: entries.id })
      .from(entries)
      .where(eq(entries.path, textIn(path)));
    if (!/^\/([a-z0-9_.-]+\/)*$/i.test(textIn(path))) throw new UserError("An address begins and ends with a slash.");
    if (taken !== undefined) throw new UserError("This is the address of an entry, so it cannot lead elsewhere.");
  },
  saved: touch,
});

const ofTopicRedirects = model(topicRedirects, {
  one: "former topic",
  many: "Former topics",
  about: "Topics that were merged into others, whose pages and feeds lead on.",
  title: "slug",
  list: ["slug", "topicId"],
  search: ["slug"],
  filters: ["topicId"],
  without: readOnlyModel,
});

// People and pictures belong to floors below, but it is pages of the catalog that show them.
const ofProfiles = model(profiles, {
  about: "People as readers see them: who writes, reviews and edits, and readers who want to be seen.",
  title: "name",
  list: [
    "name",
    "slug",
    "headline",
    {
      label: "Entries",
      isNumber: true,
      sql: sql`(select count(distinct c.entry_id)::int from ${credits} c where c.profile_id = ${profiles}.id)`,
    },
    "userId",
    "isPublic",
  ],
  search: ["name", "slug"],
  filters: ["isPublic"],
  order: "name",
  fieldsets: [
    { fields: ["name", "slug", "headline", "bio", "links"] },
    { fields: ["userId", "isPublic", "createdAt"] },
  ],
  readOnly: ["createdAt"],
  guarded: { userId: "people.view" },
  help: {
    links: 'As JSON: [{ "label": "Website", "url": "https://example.org/" }]',
    userId: "Whose it is; empty for people who have no account here.",
  },
  long: ["bio"],
  slugs: { slug: "name" },
  owner: "userId",
  pageOf: ({ slug }) => urls.person({ slug: textIn(slug) }),
  saved: touch,
});

const ofMedia = model(media, {
  one: "picture",
  many: "Pictures",
  title: "name",
  list: ["name", "format", "width", "height", "sizeBytes", "unusedSince", "createdAt"],
  search: ["name"],
  filters: ["format", "animated", "unusedSince"],
  dates: "createdAt",
  order: "-createdAt",
  without: ["add", "change", "delete"],
});

export const models = [ofEntries, ofTopics, ofRedirects, ofTopicRedirects, ofProfiles, ofMedia];

async function touch(): Promise<void> {
  await touchContent();
}

function nameOf(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function pathIn(row: Difference["before"]): string | undefined {
  const path: Row[string] = row?.path;
  return typeof path === "string" ? path : undefined;
}
