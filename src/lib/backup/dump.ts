import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { Storage } from "../storage.ts";
import { writeArchive, type Packer } from "./archive.ts";
import {
  copyOut,
  inSnapshot,
  listConstraints,
  listSequences,
  listTables,
  withClient,
  type Passing,
} from "./database.ts";
import { format, type Manifest, type ObjectProof, type Proof } from "./format.ts";

/** What a backup is made of. */
export interface Source {
  url: string;
  version: string;
  keyFingerprint: string;
  passing: Passing;
  objects: {
    storage: Pick<Storage, "list" | "get">;
    /** Those whose keys begin with one of these. */
    prefixes: readonly string[];
    /** A query for the keys that must be there, as `key`. */
    wanted: string;
  };
}

export interface Written {
  manifest: Manifest;
  proof: Proof;
}

/**
 * The whole site as the bytes of a backup: all rows as they were at one moment, whoever writes meanwhile, and the files that they
 * know. Memory does not grow with either, but for a line about each file. `onWritten` is told what is in it before the last byte.
 */
export async function* dump(
  source: Source,
  { key, signal, onWritten }: { key: string | undefined; signal?: AbortSignal; onWritten: (written: Written) => void },
): AsyncGenerator<Buffer> {
  const madeAt = new Date();
  yield* writeArchive(
    (packer) =>
      withClient(source.url, (client) =>
        inSnapshot(client, async () => onWritten(await pack(client, packer, { source, madeAt, signal }))),
      ),
    { key, madeAt },
  );
}

interface Work {
  source: Source;
  madeAt: Date;
  signal: AbortSignal | undefined;
}

async function pack(client: Client, packer: Packer, { source, madeAt, signal }: Work): Promise<Written> {
  const { passing } = source;
  const tables = (await listTables(client)).filter(({ name }) => passing[name] === undefined || passing[name].keep);
  const manifest = await describe(client, { source, madeAt, tables });
  await packer.add("manifest.json", JSON.stringify(manifest, null, 2));
  const proof: Proof = { tables: [], objects: [], missing: [] };
  for (const table of tables) {
    let piece = 0;
    const take = async (bytes: Buffer): Promise<void> => {
      signal?.throwIfAborted();
      await packer.add(`tables/${table.name}/${String((piece += 1)).padStart(6, "0")}`, bytes);
    };
    proof.tables.push(await copyOut(client, table, { keep: passing[table.name]?.keep, take }));
  }
  const wanted = new Set((await client.query<{ key: string }>(source.objects.wanted)).rows.map(({ key }) => key));
  for await (const object of readObjects(source)) {
    signal?.throwIfAborted();
    await packer.add(`objects/${object.key}`, object.bytes);
    proof.objects.push(proofOf(object.key, object.bytes));
    wanted.delete(object.key);
  }
  proof.missing = [...wanted].toSorted();
  await packer.add("proof.json", JSON.stringify(proof));
  return { manifest, proof };
}

async function describe(
  client: Client,
  { source, madeAt, tables }: Pick<Work, "source" | "madeAt"> & { tables: Manifest["tables"] },
): Promise<Manifest> {
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
  const migrations = await client.query<{ name: string }>("select name from drizzle.__drizzle_migrations order by id");
  return {
    format,
    version: source.version,
    madeAt,
    postgres: rows[0]?.version ?? "",
    migrations: migrations.rows.map(({ name }) => name),
    keyFingerprint: source.keyFingerprint,
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    // Numbers that are given away meanwhile are no part of the moment, but none that it holds is given twice.
    sequences: await listSequences(client),
    constraints: await listConstraints(client),
  };
}

async function* readObjects({ objects }: Source): AsyncGenerator<{ key: string; bytes: Buffer }> {
  for (const prefix of objects.prefixes) {
    for await (const key of objects.storage.list(prefix)) {
      const bytes = await objects.storage.get(key);
      // It was removed meanwhile, and is missing if the moment knows it.
      if (bytes !== undefined) yield { key, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    }
  }
}

export function proofOf(key: string, bytes: Uint8Array): ObjectProof {
  return { key, size: bytes.length, hash: createHash("sha256").update(bytes).digest("hex") };
}
