import { and, asc, eq, exists, gte, inArray, isNull, ne, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import { profiles, rolePermissions, userRoles, users } from "#apps/accounts/schema.ts";
import { credits, entries } from "#apps/catalog/schema.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { db } from "#lib/db.ts";
import { task } from "#lib/jobs.ts";
import { manuscripts, remarks, type Remark } from "../schema.ts";
import { remarksMail } from "./mail.tsx";

/** For how long what is said of one entry is gathered into one mail. */
export const gatherSeconds = 600;

/**
 * Has everybody told whom a remark concerns: the authors of the entry, in whose hands it is, and those in its thread. Call
 * it in the transaction that saves the remark, which holds the entry: a mail that is being written takes it along, or is
 * out before, so that another one is begun.
 */
export async function tellLater({ id, entryId, parentId, authorId }: Remark): Promise<void> {
  const concerned = new Set([...(await listInCharge(entryId)), ...(await listTalking(parentId))]);
  for (const userId of concerned) {
    if (userId !== authorId) await tellOfRemarks.later({ entryId, userId, sinceId: id }, { inSeconds: gatherSeconds });
  }
}

/** Tells one person of all that was said of an entry since the first remark that they do not know of. */
export const tellOfRemarks = task(
  "editorial.tell-of-remarks",
  {
    input: z.object({ entryId: z.int(), userId: z.int(), sinceId: z.int() }),
    key: ({ entryId, userId }) => `${entryId} ${userId}`,
  },
  async ({ entryId, userId, sinceId }, { finish }) => {
    await finish(async () => {
      const [entry] = await db.select().from(entries).where(eq(entries.id, entryId)).for("update");
      const user = await findStaff(userId);
      if (entry === undefined || user === undefined) return;
      const isInCharge = (await listInCharge(entryId)).includes(userId);
      const said = await listSaid({ entryId, userId, sinceId, isInCharge });
      if (said.length === 0) return;
      await sendMail(
        remarksMail,
        user,
        { title: entry.title, said },
        { key: `remarks ${entryId} ${userId} ${sinceId}` },
      );
    });
  },
);

async function listSaid(wanted: { entryId: number; userId: number; sinceId: number; isInCharge: boolean }) {
  const { entryId, userId, sinceId, isInCharge } = wanted;
  const own = alias(remarks, "own");
  const inThread = and(or(eq(own.id, remarks.parentId), eq(own.parentId, remarks.parentId)), eq(own.authorId, userId));
  const concerns = exists(
    db
      .select({ one: sql`1` })
      .from(own)
      .where(inThread),
  );
  return await db
    .select({
      id: remarks.id,
      author: users.name,
      quote: remarks.quote,
      body: remarks.body,
      suggestion: remarks.suggestion,
    })
    .from(remarks)
    .leftJoin(users, eq(users.id, remarks.authorId))
    .where(
      and(
        eq(remarks.entryId, entryId),
        gte(remarks.id, sinceId),
        or(isNull(remarks.authorId), ne(remarks.authorId, userId)),
        isInCharge ? undefined : concerns,
      ),
    )
    .orderBy(asc(remarks.id));
}

async function listInCharge(entryId: number): Promise<number[]> {
  const authors = await db
    .select({ userId: profiles.userId })
    .from(credits)
    .innerJoin(profiles, eq(profiles.id, credits.profileId))
    .where(and(eq(credits.entryId, entryId), eq(credits.role, "author")));
  const assigned = await db
    .select({ userId: manuscripts.assigneeId })
    .from(manuscripts)
    .where(eq(manuscripts.entryId, entryId));
  return [...authors, ...assigned].flatMap(({ userId }) => userId ?? []);
}

async function listTalking(parentId: number | null): Promise<number[]> {
  if (parentId === null) return [];
  const rows = await db
    .selectDistinct({ userId: remarks.authorId })
    .from(remarks)
    .where(or(eq(remarks.id, parentId), eq(remarks.parentId, parentId)));
  return rows.flatMap(({ userId }) => userId ?? []);
}

// A draft is told to nobody who may not see the desk: some who are credited have no role, others have lost it.
async function findStaff(userId: number): Promise<{ address: string; name: string } | undefined> {
  const opening = db
    .select({ one: sql`1` })
    .from(userRoles)
    .innerJoin(rolePermissions, eq(rolePermissions.roleId, userRoles.roleId))
    .where(and(eq(userRoles.userId, userId), inArray(rolePermissions.permission, ["desk.open", "*"])));
  const [user] = await db
    .select({ address: users.address, name: users.name })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.bannedAt), exists(opening)));
  return user;
}
