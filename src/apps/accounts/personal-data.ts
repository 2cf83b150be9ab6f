import { createReadStream, createWriteStream, type ReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ZipFile } from "yazl";
import { atomic, db } from "#lib/db.ts";
import { mailOf } from "#apps/mail/people.ts";
import { config } from "#config.ts";
import type { User } from "./schema.ts";
import { listPersonalTables, type PersonalTable } from "./settings/tables.ts";

const rowsAtOnce = 500;

/**
 * Everything that is kept about the owner of an account, as a ZIP with a JSON file for each table, as it was at one moment. It
 * is written to a file first, so that a slow line holds up no transaction; the file is gone once the stream is open.
 */
export async function exportPersonalData(user: User): Promise<ReadStream> {
  const folder = await mkdtemp(join(tmpdir(), `lectern-personal-data-${process.pid}-`));
  try {
    const file = join(folder, "data.zip");
    await writeZip(file, user);
    const stream = createReadStream(file);
    await once(stream, "open");
    return stream;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeZip(file: string, user: User): Promise<void> {
  const { ZipFile: Zip } = await import("yazl");
  const zip = new Zip();
  const written = pipeline(zip.outputStream, createWriteStream(file, { mode: 0o600 }));
  // Whoever fails first is told of below.
  written.catch(() => undefined);
  await atomic(async () => {
    await db.$client.query("set transaction isolation level repeatable read, read only");
    zip.addBuffer(Buffer.from(readme(user)), "README.txt");
    for (const table of await listPersonalTables()) await addTable(zip, table, user.id);
    for (const [name, rows] of Object.entries(await mailOf(user.address.toLowerCase()))) addRows(zip, name, rows);
  });
  zip.end();
  await written;
}

// Somebody may have read a hundred thousand times, so rows go from a cursor into the file.
async function addTable(zip: ZipFile, table: PersonalTable, userId: number): Promise<void> {
  await db.$client.query(`declare personal no scroll cursor for ${queryFor(table)}`, [userId]);
  let rows = await fetchRows();
  if (rows.length > 0) {
    const json = new PassThrough();
    zip.addReadStream(json, `${nameOf(table)}.json`);
    for (let separator = "[\n"; rows.length > 0; separator = ",\n") {
      const text = separator + rows.map((row) => JSON.stringify(row)).join(",\n");
      if (!json.write(text)) await once(json, "drain");
      rows = await fetchRows();
    }
    json.end("\n]\n");
  }
  await db.$client.query("close personal");
}

async function fetchRows(): Promise<unknown[]> {
  const { rows } = await db.$client.query<{ row: unknown }>(`fetch ${rowsAtOnce} from personal`);
  return rows.map(({ row }) => row);
}

function addRows(zip: ZipFile, name: string, rows: readonly unknown[]): void {
  if (rows.length === 0) return;
  const text = rows.map((row) => JSON.stringify(row)).join(",\n");
  zip.addBuffer(Buffer.from(`[\n${text}\n]\n`), `${name}.json`);
}

function queryFor({ table, where, columns, others }: PersonalTable): string {
  const place = "array['ip', 'country', 'user_agent']";
  const isOfOthers = others.map((column) => `coalesce(t.${column} <> $1, false)`).join(" or ") || "false";
  // By name, since a function takes a hundred arguments at most.
  const shown = `(select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(t)) where key = any(array[${columns.map(literal).join(", ")}]::text[]))`;
  return `select case when ${isOfOthers} then ${shown} - ${place} else ${shown} end as row from ${table} t where ${where}`;
}

function literal(column: string): string {
  return `'${column.replaceAll('"', "").replaceAll("'", "''")}'`;
}

function nameOf({ table, actedAs }: PersonalTable): string {
  const name = table.replaceAll('"', "");
  return actedAs === undefined ? name : `what-you-did/${name}-${actedAs}`;
}

function readme({ address }: User): string {
  return `What ${config.SITE_NAME} keeps about ${address}
${config.BASE_URL}, ${new Date().toISOString()}

Each file holds the rows of one table of our database that are about you, as JSON:
users.json is your account, sessions.json where you are signed in, and so on.
The files that begin with mail_ are what was mailed to your address; of mails with
links or codes in them only when they were sent and what they were about.
In what-you-did/ is when you did something that concerns others, without them.

Left out is what would let somebody in: passwords, keys, tokens and codes, of which
we keep hashes only or what is encrypted.
`;
}
