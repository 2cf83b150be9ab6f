import { asc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import { db } from "#lib/db.ts";
import { remarks, revisions, type Remark, type Revision } from "../schema.ts";
import { placeCarrier, type CarriedPlace } from "./places.ts";

export interface ThreadAnswer extends Pick<Remark, "id" | "body" | "authorId" | "createdAt"> {
  /** Null for somebody whose account is gone. */
  author: string | null;
}

/** A remark with what was said to it. */
export interface Thread extends Remark {
  author: string | null;
  settler: string | null;
  /** Where it is in the version that was asked for; undefined when nothing stands there any more. */
  place: CarriedPlace | undefined;
  /** Whether its suggestion cannot be accepted, as it was made for other words than stand there now. */
  isStale: boolean;
  answers: ThreadAnswer[];
}

/** All remarks of an entry with their answers, in the order of their places in a text. */
export async function readThreads(
  entryId: number,
  { source, number }: Pick<Revision, "source" | "number">,
): Promise<Thread[]> {
  const settlers = alias(users, "settlers");
  const rows = await db
    .select({ remark: remarks, author: users.name, settler: settlers.name })
    .from(remarks)
    .leftJoin(users, eq(users.id, remarks.authorId))
    .leftJoin(settlers, eq(settlers.id, remarks.settledBy))
    .where(eq(remarks.entryId, entryId))
    .orderBy(asc(remarks.id));
  if (rows.length === 0) return [];
  const answers = Map.groupBy(rows, ({ remark }) => remark.parentId);
  const carriers = await readCarriers(entryId, source, number);
  const threads = (answers.get(null) ?? []).map(({ remark, author, settler }): Thread => {
    const place = carriers.get(remark.number)?.(remark);
    const isStale = remark.suggestion !== null && place?.isChanged !== false;
    const said = (answers.get(remark.id) ?? []).map((row) => ({ ...row.remark, author: row.author }));
    return { ...remark, author, settler, place, isStale, answers: said };
  });
  return threads.toSorted((one, other) => orderOf(one) - orderOf(other) || one.id - other.id);
}

// One comparison for each version that has remarks, made when the first of them is looked for.
async function readCarriers(
  entryId: number,
  source: string,
  number: number,
): Promise<ReadonlyMap<number, ReturnType<typeof placeCarrier>>> {
  const rows = await db
    .select({ number: revisions.number, source: revisions.source })
    .from(revisions)
    .where(
      sql`${revisions.entryId} = ${entryId} and ${revisions.number} in (
        select ${remarks}.number from ${remarks} where ${remarks}.entry_id = ${entryId})`,
    );
  return new Map(rows.map((row) => [row.number, placeCarrier(row.number === number ? source : row.source, source)]));
}

function orderOf({ place }: Thread): number {
  return place?.startsAt ?? Number.MAX_SAFE_INTEGER;
}
