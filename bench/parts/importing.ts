import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { sql } from "drizzle-orm";
import { Client } from "pg";
import sharp from "sharp";
import { db } from "#lib/db.ts";
import { folder } from "../environment.ts";
import { makePhoto } from "../photos.ts";
import { manage } from "../processes.ts";
import { median, type Row } from "../report.ts";
import { makeText } from "../texts.ts";
import { openWorld } from "../world.ts";

const files = 500;
const pictures = 100;
const rounds = 2;

/** `./manage import` of a folder into an empty site, from its start to its end; then again, when nothing has changed. */
export async function importing({ corpus }: { corpus: string | undefined }): Promise<Row[]> {
  const { databaseUrl } = await openWorld();
  const made = join(folder, "import");
  await makeFolder(made);
  const [anew, again]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const site = await emptySite(databaseUrl, `bench_${round}`);
    anew.push(files / (await timeImport(made, site)));
    again.push(files / (await timeImport(made, site)));
  }
  const common = { part: "import", unit: "a second" };
  const rows: Row[] = [
    { ...common, what: `files imported, of ${files}`, ours: median(anew) },
    { ...common, what: "unchanged files looked at", ours: median(again) },
  ];
  if (corpus === undefined) return rows;
  const site = await emptySite(databaseUrl, "bench_corpus");
  const seconds = await timeImport(resolve(corpus), site);
  const count = await countImported(site.DATABASE_URL);
  return [...rows, { ...common, what: `files of ${basename(corpus)}, of ${count}`, ours: count / seconds }];
}

/** Texts of 10 KB in ten folders, each with links to others and two of the pictures. */
async function makeFolder(to: string): Promise<void> {
  const photo = await makePhoto(9);
  await mkdir(join(to, "images"), { recursive: true });
  for (let number = 0; number < pictures; number++) {
    const crop = { left: number * 10, top: number * 5, width: 1200, height: 800 };
    await writeFile(join(to, `images/${number}.jpg`), await sharp(photo).extract(crop).jpeg().toBuffer());
  }
  for (let number = 0; number < files; number++) {
    await mkdir(join(to, chapterOf(number)), { recursive: true });
    const links = [1, 7, 30].map((step) => {
      const other = (number + step) % files;
      return `../${chapterOf(other)}/text-${other}.md`;
    });
    const images = [number, number + 1].map((picture) => `../images/${picture % pictures}.jpg`);
    const front = `---\ntitle: Imported Text ${number}\ndate: 2026-01-${String((number % 28) + 1).padStart(2, "0")}\ntags: [topic ${number % 20}]\n---\n\n`;
    await writeFile(
      join(to, chapterOf(number), `text-${number}.md`),
      front + makeText(number, { paragraphs: 18, links, images }),
    );
  }
}

function chapterOf(number: number): string {
  return `chapter-${number % 10}`;
}

interface EmptySite extends Record<string, string> {
  DATABASE_URL: string;
  DATA_DIR: string;
}

/** The settings of a site of its own, on the same database server. */
async function emptySite(serverUrl: string, name: string): Promise<EmptySite> {
  await db.execute(sql`create database ${sql.identifier(name)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const site = { DATABASE_URL: url.href, DATA_DIR: join(folder, name) };
  await manage(["migrate"], { env: site });
  return site;
}

async function timeImport(from: string, site: EmptySite): Promise<number> {
  const started = performance.now();
  await manage(["import", from, "--publish", "--quiet"], { env: site, statuses: [0, 1] });
  return (performance.now() - started) / 1000;
}

async function countImported(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from imported_files");
  await client.end();
  return rows[0]?.count ?? 0;
}
