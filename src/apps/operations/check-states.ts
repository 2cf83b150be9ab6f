import { asc, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { checkStates } from "./schema.ts";

export type CheckState = typeof checkStates.$inferSelect;

/** What the checks said last, those with something wrong first. */
export async function listCheckStates(): Promise<CheckState[]> {
  return await db
    .select()
    .from(checkStates)
    .orderBy(sql`${checkStates.problem} is null`, asc(checkStates.name));
}
