import { profiles } from "#apps/accounts/schema.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import type { Entry } from "#apps/catalog/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { addMedia } from "#apps/media/media.ts";
import type { Media } from "#apps/media/schema.ts";
import { entryPath } from "#urls.ts";
import { config } from "#config.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { migrate } from "#lib/migrate.ts";
import { startPostgres } from "#lib/postgres.ts";
import { sql } from "drizzle-orm";
import { makePhoto } from "./photos.ts";
import { loadSearchCorpus } from "./search-corpus.ts";
import { makeText } from "./texts.ts";

/** The site that is measured: one long article with all that belongs to it, and its neighbours. */
export interface World {
  databaseUrl: string;
  /** The path of an article whose page has 50 KB. */
  article: string;
  photos: readonly Media[];
}

let world: Promise<World> | undefined;
let library: Promise<void> | undefined;
let leave: (() => Promise<void>) | undefined;

export function openWorld(): Promise<World> {
  return (world ??= makeWorld());
}

/** Adds the large library: 5,000 entries of 10 KB. */
export function openLibrary(): Promise<void> {
  return (library ??= makeLibrary());
}

export async function closeWorld(): Promise<void> {
  if (leave === undefined) return;
  await disconnect();
  await leave();
}

async function makeWorld(): Promise<World> {
  const postgres = await startPostgres(config.DATA_DIR);
  leave = () => postgres.leave();
  await migrate(postgres.url);
  connect(postgres.url);
  const photos: Media[] = [];
  for (let seed = 1; seed <= 4; seed++)
    photos.push(await addMedia(await makePhoto(seed), { name: `photo-${seed}.jpg` }));
  closeImages();
  const people = await db
    .insert(profiles)
    .values(["Ada", "Grace"].map((name) => ({ slug: name.toLowerCase(), name, headline: "Writes and reviews" })))
    .returning({ id: profiles.id });
  const series = await saveEntry({ kind: "series", path: "/measured-series/", title: "Measured Things" });
  const entries: Entry[] = [];
  for (let number = 1; number <= 8; number++) {
    const entry = await saveEntry({
      kind: "tutorial",
      path: entryPath({ slug: `measured-${number}` }),
      title: `A Measured Tutorial, Number ${number}`,
      summary: "What a page costs, from the first byte of the request to the last byte of the answer.",
      level: "intermediate",
      parentId: series.id,
      position: number,
      imageId: photos[number % photos.length]?.id ?? null,
      publishedAt: new Date(Date.UTC(2026, 0, number)),
      topics: ["Performance", "Testing", "Servers"].map((name) => ({ slug: name.toLowerCase(), name })),
      credits: people.map(({ id }, index) => ({ profileId: id, role: index === 0 ? "author" : "editor" })),
    });
    await saveText(entry, makeText(number, { paragraphs: 76 }), "written to be measured");
    entries.push(entry);
  }
  return { databaseUrl: postgres.url, article: entries[4]?.path ?? "", photos };
}

async function makeLibrary(): Promise<void> {
  await openWorld();
  // What is found by an index is built faster at once than row by row.
  const { rows } = await db.execute<{ name: string; definition: string }>(sql`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename in ('search_index', 'search_words') and indexdef like '%USING gin%'
  `);
  for (const { name } of rows) await db.execute(sql`drop index ${sql.identifier(name)}`);
  const ids = await loadSearchCorpus(5000);
  for (const { definition } of rows) await db.execute(sql.raw(definition));
  // What autovacuum does within the minute, and in the middle of what is measured.
  await db.execute(sql`vacuum (analyze)`);
  if (ids.length !== 5000) throw new Error("The library is not complete.");
}
