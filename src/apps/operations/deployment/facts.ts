import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { config, settingNames } from "#config.ts";
import { db } from "#lib/db.ts";
import { errorCode } from "#lib/postgres/errors.ts";
import { openStorage } from "#lib/storage.ts";
import type { DatabaseFacts, Deployment, MachineFacts } from "./question.ts";

/** Looks at the settings and around this process. `database` is a sentence when it could not be opened. */
export async function gatherFacts(database: string | undefined): Promise<Deployment> {
  return {
    config,
    given: new Set(settingNames.filter((name) => process.env[name] || process.env[`${name}_FILE`])),
    machine: machineFacts(),
    database: database ?? (await databaseFacts()),
    store: await tryStore(),
  };
}

function machineFacts(): MachineFacts {
  // The folder may be made by the first start: then it is as the one that it will lie in.
  const folder = existingFolder(config.DATA_DIR);
  const { bavail, blocks, bsize } = statfsSync(folder);
  return {
    uid: process.getuid?.(),
    temporaryFolder: tmpdir(),
    dataDir: {
      mode: folder === config.DATA_DIR ? statSync(folder).mode : 0o700,
      isWritable: isWritable(folder),
      freeBytes: bavail * bsize,
      freeShare: bavail / blocks,
    },
    secretFiles: [
      join(config.DATA_DIR, "secret-key"),
      ...settingNames.flatMap((name) => process.env[`${name}_FILE`] ?? []),
    ].flatMap((path) => (existsSync(path) ? [{ path, mode: statSync(path).mode }] : [])),
    openFiles: openFileLimit(),
    nodeOptions: [process.env.NODE_OPTIONS ?? "", ...process.execArgv].join(" "),
    tlsRejectUnauthorized: process.env.NODE_TLS_REJECT_UNAUTHORIZED,
  };
}

function existingFolder(path: string): string {
  return existsSync(path) ? path : existingFolder(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function openFileLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

async function databaseFacts(): Promise<DatabaseFacts> {
  const before = Date.now();
  const { rows } = await db.$client.query<Omit<DatabaseFacts, "clockSeconds" | "showsDemo"> & { now: number }>(`
    select extract(epoch from clock_timestamp())::float8 as now,
      current_setting('server_version_num')::int as "versionNumber",
      pg_encoding_to_char(encoding) as encoding,
      upper(letter) <> letter as "knowsLetters",
      rolsuper as "isSuperuser",
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted",
      pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as "isReadOnly",
      array(select name from pg_settings
        where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name) as unsafe,
      least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
        nullif(rolconnlimit, -1), nullif(datconnlimit, -1)) as connections
    from pg_database, pg_roles,
      -- Other encodings need not have it, and then it must not be made.
      lateral chr(case pg_encoding_to_char(encoding) when 'UTF8' then x'e9'::int else x'61'::int end) as letter
    where datname = current_database() and rolname = current_user`);
  const [row] = rows;
  if (row === undefined) throw new Error("The database says nothing of itself.");
  const { now, ...facts } = row;
  return { ...facts, clockSeconds: now - (before + Date.now()) / 2000, showsDemo: await findDemo() };
}

async function findDemo(): Promise<boolean> {
  try {
    const { rowCount } = await db.$client.query(
      "select from entries where path in ('/put-lectern-on-the-internet/', '/operate/') and published_at <= now()",
    );
    return rowCount === 2;
  } catch (error) {
    // Before the first migration nothing is published.
    if (errorCode(error) === "42P01") return false;
    throw error;
  }
}

async function tryStore(): Promise<string | undefined> {
  const key = `checks/${randomUUID()}`;
  const bytes = Buffer.from(key);
  try {
    const store = openStorage(config.STORAGE_URL);
    await store.put(key, bytes, { type: "text/plain" });
    const found = await store.get(key);
    await store.remove(key);
    return found !== undefined && bytes.equals(found) ? undefined : "What was read was not what was stored";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
