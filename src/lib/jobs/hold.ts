import type { Client } from "pg";
import type { PgBoss } from "pg-boss";
import { db } from "../db.ts";
import { holds } from "./schema.ts";
import type { AnyTask } from "./task.ts";

export type Hold = typeof holds.$inferSelect;

const name = "restore";

/** Since when and why all that reaches outside waits, if it does. */
export async function findHold(): Promise<Hold | undefined> {
  const [hold] = await db.select().from(holds).limit(1);
  return hold;
}

/** Whether mail, money and tasks have to wait. Whoever reaches outside by other ways than a task asks this first. */
export async function isHeld(): Promise<boolean> {
  return (await findHold()) !== undefined;
}

/** The same, asked by a worker on a connection of its own, since tasks may have all of the others. */
export async function isHeldAt(boss: PgBoss): Promise<boolean> {
  const { rows } = await boss.getDb().executeSql("select name from holds limit 1");
  return rows.length > 0;
}

/** Holds a database as it is restored, in the transaction of the client; `madeAt` is the backup's. */
export async function placeHold(client: Pick<Client, "query">, madeAt: Date): Promise<void> {
  await client.query("insert into holds (name, made_at) values ($1, $2)", [name, madeAt]);
}

/** Lets all go on; answers the hold there was. */
export async function liftHold(): Promise<Hold | undefined> {
  const [hold] = await db.delete(holds).returning();
  return hold;
}

/** Whether a task may run now. What has not been declared harmless waits, since nobody knows whom it would reach. */
export function mayRun({ settings }: AnyTask, held: boolean): boolean {
  return !held || settings.whileHeld;
}
