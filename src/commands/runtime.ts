import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../config.ts";
import { connect, db, disconnect } from "../lib/db.ts";
import { UserError } from "../lib/errors.ts";
import { log } from "../lib/log.ts";
import { startPostgres } from "../lib/postgres.ts";

export interface Database {
  url: string;
  /** "PostgreSQL at db.example.org", for people. */
  name: string;
  close: () => Promise<void>;
}

/** Connects to the database of DATABASE_URL, or starts (or joins) the embedded one. */
export async function openDatabase(): Promise<Database> {
  const server = config.DATABASE_URL === undefined ? await startPostgres(config.DATA_DIR) : undefined;
  const url = server?.url ?? config.DATABASE_URL ?? "";
  const name =
    server === undefined ? `PostgreSQL at ${new URL(url).host}` : `embedded PostgreSQL in ${config.DATA_DIR}`;
  connect(url);
  try {
    await reach();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${name} cannot be reached: ${reason}.`, { status: 75 });
  }
  return {
    url,
    name,
    close: async () => {
      await disconnect();
      await server?.leave();
    },
  };
}

// A process that loads its modules meanwhile looks after no connection, and may find one late that was there in time.
async function reach(): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.$client.query("select 1");
      return;
    } catch (error) {
      if (attempt === 3 || !isLate(error)) throw error;
    }
  }
}

// As pg-pool and pg say it.
function isLate(error: unknown): boolean {
  return error instanceof Error && /timeout exceeded when trying to connect|connection timeout/.test(error.message);
}

/** Runs work with the database, and lets go of it whatever happens. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/**
 * Ends the process on what nobody has caught, since what it was doing may be half done; before that it is logged and
 * counted, for which there is a second.
 */
export async function endOnUncaught(errors: { write: () => Promise<void> }): Promise<never> {
  const [error] = await once(process, "uncaughtException");
  log.fatal({ error }, "the process ends");
  await Promise.race([errors.write(), sleep(1000)]);
  process.exit(1);
}
