import type { QueryConfig } from "pg";
import { db } from "#lib/db.ts";
import { listPendingMigrations } from "#lib/migrate.ts";
import { askTogether } from "./asking.ts";

/**
 * What keeps this process from answering as it should, a sentence each; nobody waits longer than a second for it. The
 * sentences are for anyone, so they name no host. The store is not asked for: without it texts are still read.
 */
export const listHindrances = askTogether(askDatabase, {
  freshMs: 1000,
  deadlineMs: 1000,
  late: ["The database does not answer within a second."],
});

const probe: QueryConfig & { query_timeout: number } = { text: "select 1", query_timeout: 1000 };
let isMigrated = false;

async function askDatabase(): Promise<string[]> {
  try {
    await db.$client.query(probe);
    // What was applied once stays applied.
    isMigrated ||= (await listPendingMigrations(db.$client)).length === 0;
    return isMigrated ? [] : ["The database lacks migrations: run ./manage migrate."];
  } catch {
    return ["The database cannot be reached."];
  }
}
