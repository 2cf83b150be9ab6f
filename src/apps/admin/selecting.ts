import { and, or, type SQL } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import type { ListRequest } from "#lib/admin/listing.ts";
import { whereOf } from "#lib/admin/narrowing.ts";
import { isRow } from "#lib/admin/rows.ts";
import { difference } from "#lib/admin/values.ts";
import type { Change } from "#lib/admin/writing.ts";
import { keyOf, titleOf, type Action, type Model, type Row } from "#lib/admin.ts";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { recordChanges } from "./history.ts";

/** So many rows are treated at once, and so many deleted. */
export const mostTreated = 10_000;
export const mostDeleted = 500;

export interface Selection {
  keys: string[];
  /** All that match, whatever page they are on. */
  isAll: boolean;
}

/**
 * The rows that a form has chosen, as far as the viewer may treat them: those that it names, or all that match. Throws
 * UserError for more than `most`.
 */
export async function selectedRows(
  model: Model,
  {
    body,
    request,
    within,
    most,
  }: { body: URLSearchParams; request: ListRequest; within: SQL | undefined; most: number },
): Promise<Selection> {
  const isAll = body.get("all") === "yes";
  const named = body.getAll("key[]").slice(0, most + 1);
  const where = isAll ? whereOf(model, request, within) : and(within, anyOf(model, named));
  if (!isAll && named.length === 0) throw new UserError("Choose some rows first.");
  const columns = Object.fromEntries(model.key.map((key) => [key, model.columns.get(key)?.column]));
  const found = await db
    .select(definedOf(columns))
    .from(model.table)
    .where(where)
    .limit(most + 1);
  if (found.length > most) throw new UserError(`At most ${most} at once: narrow the list first.`);
  if (found.length === 0) throw new UserError("None of these rows can be treated so.");
  return { keys: found.map((row) => keyOf(model, row)), isAll };
}

/** Does something to rows, with what it changed in each of them in the history. Answers what was done. */
export async function runAction(
  request: FastifyRequest,
  { model, action, keys }: { model: Model; action: Action; keys: readonly string[] },
): Promise<string> {
  return await atomic(async () => {
    const before = await findRows(model, keys, true);
    const sentence = await action.run(request.viewer, [...before.keys()]);
    const after = await findRows(model, keys);
    const made: Change[] = [];
    for (const [key, row] of after) {
      const changed = difference(model.columns.keys(), before.get(key) ?? {}, row);
      const title = titleOf(model, row);
      if (Object.keys(changed.after).length > 0)
        made.push({ model: model.name, key, title, action: action.name, ...changed });
    }
    await recordChanges(request, made);
    return sentence;
  });
}

async function findRows(model: Model, keys: readonly string[], lock = false): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (let at = 0; at < keys.length; at += 500) {
    const query = db
      .select()
      .from(model.table)
      .where(anyOf(model, keys.slice(at, at + 500)))
      .$dynamic();
    for (const row of await (lock ? query.for("update") : query)) rows.set(keyOf(model, row), row);
  }
  return rows;
}

function anyOf(model: Model, keys: readonly string[]): SQL | undefined {
  return or(...keys.map((key) => isRow(model, key)));
}

function definedOf<T>(columns: Record<string, T | undefined>): Record<string, T> {
  const defined: Record<string, T> = {};
  for (const [key, column] of Object.entries(columns)) if (column !== undefined) defined[key] = column;
  return defined;
}
