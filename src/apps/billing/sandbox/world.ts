import { and, asc, eq, gte, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { ProviderError } from "../provider.ts";
import { sandboxObjects } from "../schema.ts";
import {
  isTold,
  parseObject,
  type ObjectOf,
  type SandboxCustomer,
  type SandboxKind,
  type SandboxObject,
  type Told,
} from "./objects.ts";
import { tellEvent } from "./telling.ts";

/** All that the sandbox has of some customers, while somebody works at it. */
export interface World {
  now: Date;
  objects: Map<string, SandboxObject>;
  /** What must be kept when the work is done, and what must be told, in order. */
  kept: Set<string>;
  told: { event: string; object: Told }[];
}

/**
 * Works at what these customers have, nobody else meanwhile. What was put is kept and what was told is delivered, in
 * the caller's transaction, or none of it.
 */
export async function inWorld<T>(customers: readonly string[], work: (world: World) => T): Promise<T> {
  return atomic(async () => {
    const locked = await db
      .select({ id: sandboxObjects.id })
      .from(sandboxObjects)
      .where(inArray(sandboxObjects.id, [...customers]))
      .orderBy(asc(sandboxObjects.id))
      .for("update");
    const ids = locked.map(({ id }) => id);
    const owner = sql`coalesce(${sandboxObjects.data}->>'customer', ${sandboxObjects.id})`;
    const rows = await db
      .select()
      .from(sandboxObjects)
      .where(and(inArray(sandboxObjects.kind, owned), inArray(owner, ids)))
      .orderBy(asc(sandboxObjects.createdAt), asc(sandboxObjects.id));
    const objects = new Map(rows.map(({ id, data }) => [id, parseObject(data)]));
    const world: World = { now: new Date(), objects, kept: new Set(), told: [] };
    const result = work(world);
    for (const id of world.kept) await keepObject(objects.get(id));
    for (const each of world.told) await tellEvent(each);
    return result;
  });
}

const owned = ["customer", "subscription", "transaction", "adjustment"] as const;

/** Keeps an object as it is now. */
export function put<Each extends SandboxObject>(world: World, object: Each): Each {
  world.objects.set(object.id, object);
  world.kept.add(object.id);
  return object;
}

/** Keeps an object as it is now, and tells of it. */
export function tell<Each extends Told>(world: World, event: string, object: Each): Each {
  const before = world.objects.get(object.id);
  const last = before !== undefined && isTold(before) ? before.occurredAt.getTime() : 0;
  // Of two moments of one thing the later is later, however fast one follows the other.
  const occurredAt = new Date(Math.max(Date.now(), last + 1));
  const kept = put(world, { ...object, occurredAt });
  world.told.push({ event, object: kept });
  return kept;
}

/** The objects of a kind, the oldest first. */
export function listIn<Kind extends SandboxKind>(world: World, kind: Kind): ObjectOf<Kind>[] {
  return [...world.objects.values()].filter((each): each is ObjectOf<Kind> => each.kind === kind);
}

/** One of them; throws a ProviderError when there is none. */
export function getIn<Kind extends SandboxKind>(world: World, kind: Kind, id: string): ObjectOf<Kind> {
  const found = world.objects.get(id);
  if (!isOf(found, kind)) throw new ProviderError("refused", `The sandbox knows no ${kind} ${id}.`);
  return found;
}

/** Who pays for an object. */
export function payerOf(world: World, { customer }: { customer: string }): SandboxCustomer {
  return getIn(world, "customer", customer);
}

export async function keepObject(object: SandboxObject | undefined): Promise<void> {
  if (object === undefined) return;
  const data = { ...object };
  await db
    .insert(sandboxObjects)
    .values({ id: object.id, kind: object.kind, data })
    .onConflictDoUpdate({ target: sandboxObjects.id, set: { data, updatedAt: sql`clock_timestamp()` } });
}

export async function findObject<Kind extends SandboxKind>(
  kind: Kind,
  id: string,
): Promise<ObjectOf<Kind> | undefined> {
  const [row] = await db.select().from(sandboxObjects).where(eq(sandboxObjects.id, id));
  const object = row === undefined ? undefined : parseObject(row.data);
  return isOf(object, kind) ? object : undefined;
}

/** One of its things; throws a ProviderError when there is none. */
export async function getObject<Kind extends SandboxKind>(kind: Kind, id: string): Promise<ObjectOf<Kind>> {
  const found = await findObject(kind, id);
  if (found === undefined) throw new ProviderError("refused", `The sandbox knows no ${kind} ${id}.`);
  return found;
}

/** Everything that is told of and was changed since then. */
export async function* listChanged(since: Date): AsyncIterable<Told> {
  const pageSize = 200;
  for (let after = "", isLast = false; !isLast;) {
    const rows = await db
      .select()
      .from(sandboxObjects)
      .where(and(gte(sandboxObjects.updatedAt, since), sql`${sandboxObjects.id} > ${after}`))
      .orderBy(asc(sandboxObjects.id))
      .limit(pageSize);
    for (const { data } of rows) {
      const object = parseObject(data);
      if (isTold(object)) yield object;
    }
    isLast = rows.length < pageSize;
    after = rows.at(-1)?.id ?? "";
  }
}

function isOf<Kind extends SandboxKind>(object: SandboxObject | undefined, kind: Kind): object is ObjectOf<Kind> {
  return object?.kind === kind;
}
