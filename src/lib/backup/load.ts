import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escapeIdentifier, type Client } from "pg";
import { UserError } from "../errors.ts";
import { migrate, migrationsFolder } from "../migrate.ts";
import { isStorageKey } from "../storage.ts";
import { readArchive, readText, type PackedFile } from "./archive.ts";
import { listTables, openCopyIn, qualified, withClient, type Table } from "./database.ts";
import { proofOf, type Written } from "./dump.ts";
import { Damaged, manifestSchema, parsePart, proofSchema, type Manifest, type ObjectProof } from "./format.ts";

/** Where the bytes of a backup come from, as often as they are asked for. */
export interface Stored {
  /** What it is called when something is wrong with it. */
  name: string;
  key: string | undefined;
  read: () => AsyncIterable<Buffer>;
}

export interface Target {
  /** An empty database. */
  url: string;
  /** Where the migrations of this release are. */
  folder?: string;
  /** Takes each of the files. */
  putObject?: (key: string, bytes: Buffer) => Promise<void>;
  /** Saved together with the rows. */
  meanwhile?: (client: Client, manifest: Manifest) => Promise<void>;
}

/**
 * Brings an empty database to the schema that the backup was made with, and copies its rows in, all of them or none. Answers what
 * the backup says of itself. Throws Damaged when that is not what it holds, and a UserError when a newer release made it.
 */
export async function load(stored: Stored, target: Target): Promise<Written> {
  const files = readArchive(stored.read(), stored);
  const { value: first } = await files.next();
  if (first?.name !== "manifest.json") throw new Damaged(`${stored.name} is damaged: it does not say what it is.`);
  const manifest = parsePart(manifestSchema, await readText(first, stored.name), stored.name);
  try {
    await prepare(stored, manifest, target);
    return await withClient(target.url, async (client) => {
      await client.query("begin");
      const known = new Map((await listTables(client)).map((table) => [table.name, table]));
      const tables = manifest.tables.map((table) => match(table, known, stored.name));
      const putBack = await withoutForeignKeys(client);
      await client.query(`truncate ${tables.map(({ name }) => qualified(name)).join(", ")} cascade`);
      const written = await copyAll(client, files, { stored, manifest, target });
      await setSequences(client, manifest);
      await putBack();
      await target.meanwhile?.(client, manifest);
      await client.query("commit");
      return written;
    });
  } finally {
    await files.return(undefined);
  }
}

/** The schema of that time: the migrations it names, which are never edited, and none after them. */
async function prepare(
  { name }: Stored,
  manifest: Manifest,
  { url, folder = migrationsFolder }: Target,
): Promise<void> {
  const known = new Set(await readdir(folder));
  const unknown = manifest.migrations.filter((migration) => !known.has(migration));
  if (unknown.length > 0) {
    throw new UserError(
      `${name} was made by release ${manifest.version}, which knows more than this one (${unknown.join(", ")}): use that release or a later one.`,
      { status: 65 },
    );
  }
  const then = await mkdtemp(join(tmpdir(), "lectern-migrations-"));
  try {
    for (const migration of manifest.migrations) {
      await cp(join(folder, migration), join(then, migration), { recursive: true });
    }
    await migrate(url, { folder: then });
  } finally {
    await rm(then, { recursive: true });
  }
}

function match(
  { name, columns }: Manifest["tables"][number],
  known: ReadonlyMap<string, Table>,
  file: string,
): Manifest["tables"][number] {
  const table = known.get(name);
  const lacking = table === undefined ? [] : columns.filter((column) => !table.columns.includes(column));
  if (table !== undefined && lacking.length === 0) return { name, columns };
  const what = table === undefined ? `the table ${name}` : `${name}.${lacking.join(`, ${name}.`)}`;
  throw new UserError(`${file} has ${what}, which this release does not have any more: use the release that made it.`, {
    status: 65,
  });
}

// Files are read whole, and none that the site takes is a tenth of this.
const largestObject = 1e9;

interface Work {
  stored: Stored;
  manifest: Manifest;
  target: Target;
}

async function copyAll(
  client: Client,
  files: AsyncGenerator<PackedFile>,
  { stored, manifest, target }: Work,
): Promise<Written> {
  const columnsOf = new Map(manifest.tables.map(({ name, columns }) => [name, columns]));
  const objects: ObjectProof[] = [];
  let copying: { name: string; write: (piece: Buffer) => Promise<void>; end: () => Promise<void> } | undefined;
  let proof: Written["proof"] | undefined;
  for await (const file of files) {
    const [, table] = /^tables\/([^/]+)\/\d+$/.exec(file.name) ?? [];
    if (copying !== undefined && table !== copying.name) {
      await copying.end();
      copying = undefined;
    }
    if (table !== undefined) {
      const columns = columnsOf.get(table);
      if (columns === undefined) throw new Damaged(`${stored.name} is damaged: nobody knows its table ${table}.`);
      copying ??= { name: table, ...(await openCopyIn(client, { name: table, columns })) };
      for await (const chunk of file.chunks) await copying.write(chunk);
    } else if (file.name.startsWith("objects/")) {
      const key = file.name.slice("objects/".length);
      if (!isStorageKey(key))
        throw new Damaged(`${stored.name} is damaged: it has a file called ${key.slice(0, 100)}.`);
      if (file.size > largestObject) throw new Damaged(`${stored.name} is damaged: ${key} is larger than any file.`);
      const bytes = Buffer.concat(await Array.fromAsync(file.chunks));
      objects.push(proofOf(key, bytes));
      await target.putObject?.(key, bytes);
    } else {
      proof = parsePart(proofSchema, await readText(file, stored.name), stored.name);
    }
  }
  if (proof === undefined) throw new Damaged(`${stored.name} is damaged: it has no proof at its end.`);
  const wrong = compareObjects(proof.objects, objects);
  if (wrong.length > 0) throw new Damaged(`${stored.name} is damaged: ${wrong.join(", ")} is not what it was.`);
  return { manifest, proof };
}

/** The keys of files that are not there, or not as they were. */
export function compareObjects(wanted: readonly ObjectProof[], found: readonly ObjectProof[]): string[] {
  const known = new Map(found.map(({ key, hash, size }) => [key, `${size} ${hash}`]));
  return wanted.filter(({ key, hash, size }) => known.get(key) !== `${size} ${hash}`).map(({ key }) => key);
}

/** Takes the foreign keys away while rows come in whatever order; answers how they are put back, which checks every row. */
async function withoutForeignKeys(client: Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and conparentid = 0`);
  for (const { table, name } of rows)
    await client.query(`alter table ${table} drop constraint ${escapeIdentifier(name)}`);
  return async () => {
    for (const { table, name, definition } of rows) {
      await client.query(`alter table ${table} add constraint ${escapeIdentifier(name)} ${definition}`);
    }
  };
}

async function setSequences(client: Client, { sequences }: Manifest): Promise<void> {
  for (const { name, last, start } of sequences) {
    await client.query("select setval($1::regclass, $2::bigint, $3)", [qualified(name), last ?? start, last !== null]);
  }
}
