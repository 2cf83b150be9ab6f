import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, readFile, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { migrate, migrationsFolder } from "#lib/migrate.ts";
import { errorCode } from "#lib/postgres/errors.ts";
import { isAlive } from "#lib/postgres/running.ts";
import { startPostgres } from "#lib/postgres.ts";

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const insufficientPrivilege = "42501";

const templateLock = 7_305_806;
const sweepLock = 7_305_807;
const worldLock = 7_305_808;

// A process number means something on its own machine only, and a server may serve the tests of several.
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/**
 * A migrated, empty database for one test file, a copy of a template that is made once for each state of `migrations/`.
 * On the server of TEST_DATABASE_URL, else on an embedded one that all test files share. With `world` it is filled. A
 * database whose process was killed is dropped by a later call.
 */
export async function testDatabase(world?: World): Promise<TestDatabase> {
  const server = await openServer();
  const name = nameOf(process.pid, randomBytes(4).toString("hex"));
  try {
    await withClient(server.url, async (admin) => {
      await dropAbandoned(admin);
      const template = await prepareTemplate(admin, server.url);
      if (world === undefined) await admin.query(`create database ${name} template ${template}`);
      else await copyWorld(admin, name, { world, template, server: server.url });
    });
  } catch (error) {
    await server.leave();
    throw error;
  }
  return {
    url: databaseUrl(server.url, name),
    drop: async () => {
      await withClient(server.url, (admin) => dropDatabase(admin, name));
      await server.leave();
    },
  };
}

/** What many test files want in their database. */
export interface World {
  /** Settings that it depends on. */
  key: string;
  /** Where it keeps files. */
  folder: string;
  fill: (url: string) => Promise<void>;
}

// Made once a run, since nothing changes the code meanwhile; a file that runs by itself fills its own database.
async function copyWorld(
  admin: Client,
  name: string,
  { world, template, server }: { world: World; template: string; server: string },
): Promise<void> {
  const run = process.env.TEST_RUN;
  const key = createHash("sha256").update(world.key).digest("hex").slice(0, 8);
  const finished = run === undefined ? name : nameOf(Number(run), `world_${key}`);
  await admin.query("select pg_advisory_lock($1)", [worldLock]);
  try {
    if ((await admin.query("select from pg_database where datname = $1", [finished])).rowCount === 0) {
      const draft = nameOf(process.pid, `draft_${key}`);
      await admin.query(`create database ${draft} template ${template}`);
      await world.fill(databaseUrl(server, draft));
      if (finished !== name) await cp(world.folder, filesOf(finished), { recursive: true });
      await admin.query(`alter database ${draft} rename to ${finished}`);
    }
  } finally {
    await admin.query("select pg_advisory_unlock($1)", [worldLock]);
  }
  if (finished === name) return;
  await admin.query(`create database ${name} template ${finished}`);
  await cp(filesOf(finished), world.folder, { recursive: true });
}

let leaveRun: (() => Promise<void>) | undefined;

/** Before a run of several files, as `--test-global-setup`: they share a world, and the server stays until the last. */
export async function globalSetup(): Promise<void> {
  process.env.TEST_RUN = String(process.pid);
  const server = await openServer();
  leaveRun = async () => {
    await withClient(server.url, (admin) => dropThose(admin, (pid) => pid === process.pid));
    await server.leave();
  };
}

/** After such a run. */
export async function globalTeardown(): Promise<void> {
  await leaveRun?.();
}

async function dropDatabase(admin: Client, name: string): Promise<void> {
  try {
    await admin.query(`drop database if exists ${name} with (force)`);
  } catch (error) {
    if (errorCode(error) !== insufficientPrivilege) throw error;
    // An autovacuum worker is at it, which belongs to the superuser; without force the server itself ends it.
    await admin.query(`drop database if exists ${name}`);
  }
}

async function openServer(): Promise<{ url: string; leave(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== "") return { url: given, leave: async () => undefined };
  const folder = path.join(tmpdir(), `lectern-test-${userInfo().uid}`, `postgres-${startOfMachine()}`);
  const server = await startPostgres(folder, { isLasting: false });
  return { url: databaseUrl(server.url, "postgres"), leave: () => server.leave() };
}

// What nobody wrote to the disk for good is not to be used after a crash.
function startOfMachine(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  } catch {
    return "any";
  }
}

async function withClient<T>(url: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

async function prepareTemplate(admin: Client, url: string): Promise<string> {
  const template = `lectern_template_${await hashMigrations()}`;
  // Only a finished template is marked as one.
  const finished = "select from pg_database where datname = $1 and datistemplate";
  if ((await admin.query(finished, [template])).rowCount === 1) return template;
  await admin.query("select pg_advisory_lock($1)", [templateLock]);
  try {
    if ((await admin.query(finished, [template])).rowCount === 1) return template;
    await dropOldTemplates(admin);
    await admin.query(`drop database if exists ${template} with (force)`);
    await admin.query(`create database ${template} template template0 encoding 'UTF8'`);
    await migrate(databaseUrl(url, template));
    await admin.query(`alter database ${template} with is_template true allow_connections false`);
    return template;
  } finally {
    await admin.query("select pg_advisory_unlock($1)", [templateLock]);
  }
}

async function hashMigrations(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(migrationsFolder, { recursive: true })).toSorted())
    if (name.endsWith(".sql")) hash.update(name).update(await readFile(path.join(migrationsFolder, name)));
  return hash.digest("hex").slice(0, 16);
}

// Other branches and checkouts use the same server, so the newest few stay.
async function dropOldTemplates(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    String.raw`select datname from pg_database where datname like 'lectern\_template\_%' order by oid desc offset 4`,
  );
  for (const { datname } of rows) {
    await admin.query(`alter database ${datname} with is_template false`);
    await admin.query(`drop database ${datname} with (force)`);
  }
}

async function dropAbandoned(admin: Client): Promise<void> {
  await dropThose(admin, (pid) => !isAlive(pid));
}

async function dropThose(admin: Client, isTheirs: (pid: number) => boolean): Promise<void> {
  const { rows } = await admin.query<{ datname: string; mine: boolean }>(
    String.raw`select datname, pg_try_advisory_lock($1) as mine from pg_database where datname like 'lectern\_test\_' || $2 || '\_%'`,
    [sweepLock, machine],
  );
  for (const { datname } of rows.filter(({ mine }) => mine)) {
    if (!isTheirs(Number(datname.split("_")[3]))) continue;
    await admin.query(`drop database if exists ${datname} with (force)`);
    await rm(filesOf(datname), { recursive: true, force: true });
  }
}

function filesOf(name: string): string {
  return path.join(tmpdir(), name);
}

function nameOf(pid: number, rest: string): string {
  return `lectern_test_${machine}_${pid}_${rest}`;
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
