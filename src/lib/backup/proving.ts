import type { Client } from "pg";
import { copyOut, inSnapshot, listConstraints, listSequences, listTables, withClient } from "./database.ts";
import type { Written } from "./dump.ts";
import type { Manifest } from "./format.ts";

/**
 * What of a restored database is not what the backup says: rows, by their number and by the hash of all of them in order, numbers
 * to be given next, constraints and indexes. Nothing when it is the same.
 */
export async function compare(url: string, { manifest, proof }: Written): Promise<string[]> {
  return await withClient(url, (client) =>
    inSnapshot(client, async () => [
      ...(await compareTables(client, { manifest, proof })),
      ...(await compareSequences(client, manifest)),
      ...(await compareConstraints(client, manifest)),
    ]),
  );
}

async function compareTables(client: Client, { manifest, proof }: Written): Promise<string[]> {
  const tables = new Map((await listTables(client)).map((table) => [table.name, table]));
  const wanted = new Map(proof.tables.map((table) => [table.name, table]));
  const differences: string[] = [];
  for (const { name, columns } of manifest.tables) {
    const [table, then] = [tables.get(name), wanted.get(name)];
    if (table === undefined || then === undefined) {
      differences.push(`${name} is not there`);
      continue;
    }
    const now = await copyOut(client, table, { columns });
    if (now.rows !== then.rows) differences.push(`${name} has ${now.rows} rows and had ${then.rows}`);
    else if (now.hash !== then.hash) differences.push(`rows of ${name} are not what they were`);
  }
  return differences;
}

async function compareSequences(client: Client, manifest: Manifest): Promise<string[]> {
  const found = new Map((await listSequences(client)).map(({ name, last }) => [name, last]));
  return manifest.sequences
    .filter(({ name, last }) => found.get(name) !== last)
    .map(({ name, last }) => `${name} stands at ${found.get(name) ?? "nothing"} and stood at ${last ?? "nothing"}`);
}

async function compareConstraints(client: Client, manifest: Manifest): Promise<string[]> {
  const found = new Set(await listConstraints(client));
  return manifest.constraints.filter((name) => !found.has(name)).map((name) => `${name} is not there`);
}
