import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { UserError } from "../errors.ts";
import { errorCode } from "../postgres/errors.ts";

const insufficientPrivilege = "42501";
const prefix = "lectern_scratch_";
const dayMs = 86_400_000;

/** Runs work with an empty database of its own on the same server, which is gone afterwards. */
export async function withScratch<T>(url: string, work: (scratch: string) => Promise<T>): Promise<T> {
  const name = `${prefix}${Date.now()}_${randomBytes(4).toString("hex")}`;
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  await onServer(url, async (client) => {
    await dropAbandoned(client);
    try {
      await client.query(`create database ${name} template template0`);
    } catch (error) {
      if (errorCode(error) !== insufficientPrivilege) throw error;
      throw new UserError(
        "A backup is verified in a database of its own, which the role of DATABASE_URL may not make: give it CREATEDB.",
        { cause: error },
      );
    }
  });
  try {
    return await work(scratch.href);
  } finally {
    await onServer(url, (client) => drop(client, name));
  }
}

// A process that was killed has left its own: nobody needs one for a day.
async function dropAbandoned(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    String.raw`select datname as name from pg_database where datname like 'lectern\_scratch\_%' and pg_get_userbyid(datdba) = current_user`,
  );
  for (const { name } of rows) {
    if (Number(/^lectern_scratch_(\d+)_/.exec(name)?.[1] ?? Infinity) < Date.now() - dayMs) await drop(client, name);
  }
}

async function drop(client: Client, name: string): Promise<void> {
  try {
    await client.query(`drop database if exists ${name} with (force)`);
  } catch (error) {
    if (errorCode(error) !== insufficientPrivilege) throw error;
    // An autovacuum worker is at it, which belongs to the superuser; without force the server itself ends it.
    await client.query(`drop database if exists ${name}`);
  }
}

async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
