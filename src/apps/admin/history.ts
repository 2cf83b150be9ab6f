import { and, desc, eq, gt, inArray, or, type SQL } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { users } from "#apps/accounts/schema.ts";
import { scopeOf } from "#lib/admin/access.ts";
import type { Document } from "#lib/admin/rows.ts";
import type { Change, Wanted } from "#lib/admin/writing.ts";
import { knownModels, type Model, type Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { changes, type AdminChange } from "./schema.ts";

export type Told = Omit<AdminChange, "gone"> & { actor: string | null };

const savedAtOnce = 500;

/** Keeps changes of this request: who, when, from where. In the transaction that makes them. */
export function recorder(request: FastifyRequest): (change: Change) => Promise<void> {
  return async (change) => recordChanges(request, [change]);
}

export async function recordChanges(request: FastifyRequest, made: readonly Change[]): Promise<void> {
  const by = { actorId: request.viewer.id, ip: request.ip };
  for (let at = 0; at < made.length; at += savedAtOnce) {
    await db.insert(changes).values(made.slice(at, at + savedAtOnce).map((change) => ({ ...change, ...by })));
  }
}

const told = {
  id: changes.id,
  at: changes.at,
  actorId: changes.actorId,
  ip: changes.ip,
  model: changes.model,
  key: changes.key,
  title: changes.title,
  action: changes.action,
  before: changes.before,
  after: changes.after,
  actor: users.name,
};

/** What was done to a row, newest first, `limit` at most. */
export async function listChanges(model: Model, key: string, limit = 100): Promise<Told[]> {
  return await findTold(and(eq(changes.model, model.name), eq(changes.key, key)), limit);
}

/** The newest changes that somebody may see: of tables whose rows all are open to them, and their own. */
export async function lastChanges(viewer: Viewer, limit: number): Promise<Told[]> {
  if (viewer.id === null) return [];
  const open = [...knownModels().values()].filter((model) => {
    const scope = scopeOf(viewer, model, "view");
    return scope !== undefined && scope.where === undefined;
  });
  const names = open.map(({ name }) => name);
  return await findTold(or(eq(changes.actorId, viewer.id), inArray(changes.model, names)), limit);
}

async function findTold(where: SQL | undefined, limit: number): Promise<Told[]> {
  return await db
    .select(told)
    .from(changes)
    .leftJoin(users, eq(users.id, changes.actorId))
    .where(where)
    .orderBy(desc(changes.id))
    .limit(limit);
}

/** One change of a row, with all that is needed to undo it. */
export async function findChange(model: Model, key: string, id: number): Promise<AdminChange | undefined> {
  const [change] = await db
    .select()
    .from(changes)
    .where(and(eq(changes.model, model.name), eq(changes.key, key), eq(changes.id, id)));
  return change;
}

/** The deletion of a row that is not there any more. */
export async function findDeletion(model: Model, key: string): Promise<AdminChange | undefined> {
  const [change] = await db
    .select()
    .from(changes)
    .where(and(eq(changes.model, model.name), eq(changes.key, key)))
    .orderBy(desc(changes.id))
    .limit(1);
  return change !== undefined && change.gone.length > 0 ? change : undefined;
}

/** What a row said right after a change: all that was changed since, taken back. */
export async function stateAfter(model: Model, key: string, change: AdminChange): Promise<Wanted> {
  const later = await db
    .select({ before: changes.before, after: changes.after })
    .from(changes)
    .where(and(eq(changes.model, model.name), eq(changes.key, key), gt(changes.id, change.id)))
    .orderBy(desc(changes.id));
  const values: Row = {};
  const inlines: Document["inlines"] = {};
  for (const { before, after } of later) {
    for (const name of Object.keys(after)) take(name, before[name]);
  }
  return { values, inlines };

  function take(name: string, value: unknown): void {
    const column = model.fields.get(name);
    if (column === undefined) inlines[name] = Array.isArray(value) ? value.filter(isRow).map((row) => row) : [];
    else values[name] = column.valueType === "moment" && typeof value === "string" ? new Date(value) : (value ?? null);
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}
