import { eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { users, type User } from "./schema.ts";

export async function findUser(id: number): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, id));
  return user;
}

/** The account with this id; throws NotFound for one that is not there. */
export async function getUser(id: number | null): Promise<User> {
  const user = id === null ? undefined : await findUser(id);
  if (user === undefined) throw new NotFound("There is no such account.");
  return user;
}

export async function findUserByAddress(address: string): Promise<User | undefined> {
  const [user] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.address})`, address.toLowerCase()));
  return user;
}

/** Makes an account for an address whose owner has shown that it is theirs; undefined when somebody has it. */
export async function addUser(
  fields: Pick<User, "address"> & Partial<Pick<User, "name" | "passwordHash" | "timeZone">>,
): Promise<User | undefined> {
  const [user] = await db.insert(users).values(fields).onConflictDoNothing().returning();
  return user;
}
