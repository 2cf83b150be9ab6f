import type { Client } from "pg";
import { files } from "#apps/media/files.ts";
import { productsFolder } from "#apps/store/files.ts";
import { restoreBackup, type Stored, type Written } from "#lib/backup.ts";
import { withClient } from "#lib/backup/database.ts";
import { proofOf } from "#lib/backup/dump.ts";
import { compareObjects } from "#lib/backup/load.ts";
import { UserError } from "#lib/errors.ts";
import { imageType } from "#lib/images.ts";
import { placeHold } from "#lib/jobs/hold.ts";
import { migrate } from "#lib/migrate.ts";
import type { Storage } from "#lib/storage.ts";

/**
 * Restores a backup into an empty database and a store, compares both with what it says of itself, and brings the database up to
 * date. The site is held from the first moment. Throws a UserError while others are connected to the database, or unless it is
 * empty; and Damaged.
 */
export async function restoreSite(stored: Stored, url: string, storage: Storage = files): Promise<Written> {
  await withClient(url, async (client) => {
    await insistOnNobody(client);
    await insistOnEmpty(client);
    await clear(client);
  });
  const written = await restoreBackup(stored, {
    url,
    putObject: (key, bytes) => storage.put(key, bytes, { type: typeOf(key, bytes) }),
    meanwhile: (client, { madeAt }) => placeHold(client, madeAt),
  });
  const lost = await listLost(written, storage);
  if (lost.length > 0) throw new UserError(`The store does not give back what it was given: ${lost.join(", ")}.`);
  await migrate(url);
  return written;
}

/** The files of a backup that a store does not have, or has otherwise. */
export async function listLost({ proof }: Pick<Written, "proof">, storage: Pick<Storage, "get">): Promise<string[]> {
  const found = [];
  for (const { key } of proof.objects) {
    const bytes = await storage.get(key);
    if (bytes !== undefined) found.push(proofOf(key, bytes));
  }
  return compareObjects(proof.objects, found);
}

// A worker of before would begin with what waits before it knew that it must not.
async function insistOnNobody(client: Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { rowCount } = await client.query(
      "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
    if (rowCount === 0) return;
    if (attempt === 20)
      throw new UserError("Others are connected to the database: stop the site first.", { status: 75 });
    // What this process has just left takes a moment to end.
    await client.query("select pg_sleep(0.1)");
  }
}

async function insistOnEmpty(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select schemaname || '.' || tablename as name from pg_tables where schemaname <> 'information_schema' and schemaname !~ '^pg_'",
  );
  const names = new Set(rows.map(({ name }) => name));
  if (names.size === 0) return;
  if (!names.has("drizzle.__drizzle_migrations")) {
    throw new UserError("The database belongs to something else: restore into one that is empty.");
  }
  for (const table of ["users", "entries", "mail_messages"]) {
    if (!names.has(`public.${table}`)) continue;
    const { rowCount } = await client.query(`select from ${table} limit 1`);
    if (rowCount !== 0) {
      throw new UserError(
        `The database is not empty: there are rows in ${table}. Make another, or move DATA_DIR/data away; see docs/operating.md.`,
      );
    }
  }
}

// What is left of a restore that was broken off, or was migrated and never used, may be newer than the backup.
async function clear(client: Client): Promise<void> {
  await client.query("begin");
  for (const schema of ["public", "pgboss", "drizzle"]) await client.query(`drop schema if exists ${schema} cascade`);
  await client.query("create schema public");
  await client.query("commit");
}

// What is sold is served by what its row says.
function typeOf(key: string, bytes: Buffer): string {
  return key.startsWith(productsFolder) ? "application/octet-stream" : imageType(bytes);
}
