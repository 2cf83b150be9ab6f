import { asc, desc, eq, inArray, like, lt, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { raiseAlert, type Occasion } from "../alerts.ts";
import { errorGroups } from "../schema.ts";
import type { Occurrence } from "./occurrence.ts";

/** So many new errors that are written together have a message of their own. */
const mostTold = 3;

export type ErrorGroup = typeof errorGroups.$inferSelect;

/** An error with how often it happened since it was written last. */
export interface Counted extends Occurrence {
  count: number;
  lastSeenAt: Date;
}

/** Adds to what is known of errors; raises an alert for those that are new, or back after they were resolved. */
export async function saveErrors(batch: readonly Counted[]): Promise<void> {
  // Everybody takes the rows in one order, so that nobody waits in a circle.
  const sorted = batch.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  await atomic(async () => {
    const resolved = await takeResolved(sorted.map(({ fingerprint }) => fingerprint));
    const saved = await db
      .insert(errorGroups)
      .values(sorted.map((error) => ({ ...error, firstSeenAt: error.lastSeenAt })))
      .onConflictDoUpdate({
        target: errorGroups.fingerprint,
        set: {
          count: sql`least(${errorGroups.count}::bigint + excluded.count, 2147483647)`,
          message: sql`excluded.message`,
          stack: sql`excluded.stack`,
          context: sql`excluded.context`,
          lastSeenAt: sql`greatest(${errorGroups.lastSeenAt}, excluded.last_seen_at)`,
        },
      })
      .returning({ fingerprint: errorGroups.fingerprint, isNew: sql<boolean>`xmax = 0` });
    const fresh = new Set(saved.flatMap(({ fingerprint, isNew }) => (isNew ? [fingerprint] : [])));
    await tellAll(
      sorted.flatMap((error): News[] => {
        const since = resolved.get(error.fingerprint);
        if (fresh.has(error.fingerprint)) return [{ error, occasion: "New error" }];
        return since !== undefined && since < error.lastSeenAt ? [{ error, occasion: "Error is back" }] : [];
      }),
    );
  });
}

/** Those that were resolved and have not come back until now, with the time. */
async function takeResolved(fingerprints: string[]): Promise<Map<string, Date>> {
  const known = await db
    .select()
    .from(errorGroups)
    .where(inArray(errorGroups.fingerprint, fingerprints))
    .orderBy(asc(errorGroups.fingerprint))
    .for("update");
  return new Map(
    known.flatMap(({ fingerprint, resolvedAt, lastSeenAt }) =>
      resolvedAt === null || lastSeenAt > resolvedAt ? [] : [[fingerprint, resolvedAt] as const],
    ),
  );
}

interface News {
  error: Counted;
  occasion: Occasion;
}

// One fault may show itself in many ways at once.
async function tellAll(news: readonly News[]): Promise<void> {
  for (const each of news.slice(0, mostTold)) await tell(each);
  const others = news.slice(mostTold).map(({ error }) => titleOf(error));
  if (others.length === 0) return;
  const [shown, more] = [others.slice(0, 10), others.length - 10];
  await raiseAlert({
    fingerprint: "errors",
    kind: "trouble",
    title: `New errors: ${others.length} more`,
    text: [...shown, ...(more > 0 ? [`and ${more} more`] : []), "./manage errors"].join("\n"),
  });
}

async function tell({ error, occasion }: News): Promise<void> {
  const title = titleOf(error);
  await raiseAlert({
    fingerprint: `error ${error.fingerprint}`,
    kind: "trouble",
    title: `${occasion}: ${title}`,
    text: [
      title.endsWith(error.message) ? "" : error.message.replace(/\s+/g, " ").slice(0, 300),
      placeOf(error),
      `./manage errors show ${error.fingerprint}`,
    ]
      .filter(Boolean)
      .join("\n"),
  });
}

/** `TypeError: x is not a function`, in a line. */
export function titleOf({ type, message }: Pick<Occurrence, "type" | "message">): string {
  const [first = ""] = message.split("\n");
  return (type === "" || first === type ? first : `${type}: ${first}`).slice(0, 150);
}

/** Where it happened last: `GET /search/`, or the task. */
export function placeOf({ context }: Pick<Occurrence, "context">): string {
  const { method, route, task, line } = context;
  if (route !== undefined) return `${method} ${route}`;
  return task ?? line ?? "";
}

/** The newest kinds of errors first. */
export async function listErrors(limit = 50): Promise<ErrorGroup[]> {
  return await db.select().from(errorGroups).orderBy(desc(errorGroups.lastSeenAt)).limit(limit);
}

/** The one whose fingerprint begins so; throws a UserError when there is none, or several. */
export async function getError(prefix: string): Promise<ErrorGroup> {
  if (!/^[0-9a-f]{1,16}$/.test(prefix))
    throw new UserError("Name the error by its fingerprint: ./manage errors shows it.");
  const [found, other] = await db
    .select()
    .from(errorGroups)
    .where(like(errorGroups.fingerprint, `${prefix}%`))
    .limit(2);
  if (found === undefined) throw new UserError(`No error has the fingerprint ${prefix}.`);
  if (other !== undefined) throw new UserError(`Several errors have fingerprints that begin with ${prefix}.`);
  return found;
}

/** Says that it is mended: it is news when it comes back. */
export async function resolveError(prefix: string, now = new Date()): Promise<ErrorGroup> {
  const { fingerprint } = await getError(prefix);
  const [group] = await db
    .update(errorGroups)
    .set({ resolvedAt: now })
    .where(eq(errorGroups.fingerprint, fingerprint))
    .returning();
  if (group === undefined) throw new UserError(`No error has the fingerprint ${prefix}.`);
  return group;
}

/** Says that it is not mended after all. */
export async function reopenError(prefix: string): Promise<void> {
  const { fingerprint } = await getError(prefix);
  await db.update(errorGroups).set({ resolvedAt: null }).where(eq(errorGroups.fingerprint, fingerprint));
}

/** How errors stand: `open` are those that nobody has called mended, or that came back since. */
export const errorStandings = ["open", "mended", "all"] as const;
export type ErrorStanding = (typeof errorStandings)[number];

/** Those that stand so, the newest first. */
export async function findErrors(standing: ErrorStanding, limit = 100): Promise<ErrorGroup[]> {
  const isMended = sql`coalesce(${errorGroups.resolvedAt} >= ${errorGroups.lastSeenAt}, false)`;
  const conditions = { open: sql`not ${isMended}`, mended: isMended, all: undefined };
  return await db
    .select()
    .from(errorGroups)
    .where(conditions[standing])
    .orderBy(desc(errorGroups.lastSeenAt))
    .limit(limit);
}

/** Whether it was called mended and has not come back. */
export function isMended({ resolvedAt, lastSeenAt }: Pick<ErrorGroup, "resolvedAt" | "lastSeenAt">): boolean {
  return resolvedAt !== null && resolvedAt >= lastSeenAt;
}

/** Forgets what has not happened for 90 days. */
export async function sweepErrors(now = new Date()): Promise<void> {
  await db.delete(errorGroups).where(lt(errorGroups.lastSeenAt, new Date(now.getTime() - 90 * 86_400_000)));
}
