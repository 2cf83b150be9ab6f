import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";
import { UserError } from "./errors.ts";
import { installQueues } from "./jobs/boss.ts";
import { errorCode } from "./postgres/errors.ts";

const migratorLock = 7_305_805;
const lockNotAvailable = "55P03";
const undefinedTable = "42P01";

/** The folder of generated SQL that describes the whole database. */
export const migrationsFolder = path.resolve(import.meta.dirname, "../../migrations");

/**
 * Brings the database at `url` up to date: all migrations it lacks, in one transaction. Processes that start together
 * take turns, so each migration runs once. A lock that a running query holds is waited for 5 seconds at a time, so that
 * the queries queued behind this one go on in between; after about two minutes it gives up.
 */
export async function migrate(
  url: string,
  { folder = migrationsFolder, lockTimeoutMs = 5000 }: { folder?: string; lockTimeoutMs?: number } = {},
): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    const reason = error instanceof Error ? error.message || errorCode(error) : String(error);
    throw new UserError(`The database cannot be reached: ${reason}.`, { status: 75, cause: error });
  }
  try {
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    await patiently(() => client.query("select pg_advisory_lock($1)", [migratorLock]));
    await patiently(() => applyMigrations(drizzle({ client }), { migrationsFolder: folder }));
    await installQueues(url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The migrations in the folder that this database, the one of the client, has not seen. */
export async function listPendingMigrations(client: Pick<Client, "query">): Promise<string[]> {
  const applied = new Set(await listApplied(client));
  const folders = await readdir(migrationsFolder, { withFileTypes: true });
  return folders.filter((entry) => entry.isDirectory() && !applied.has(entry.name)).map((entry) => entry.name);
}

async function listApplied(client: Pick<Client, "query">): Promise<string[]> {
  try {
    const { rows } = await client.query<{ name: string }>("select name from drizzle.__drizzle_migrations");
    return rows.map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === undefinedTable) return [];
    throw error;
  }
}

async function patiently(act: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await act();
      return;
    } catch (error) {
      if (errorCode(error) !== lockNotAvailable || attempt === 20) throw error;
    }
    await sleep(1000);
  }
}
