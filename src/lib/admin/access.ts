import { eq, type SQL } from "drizzle-orm";
import { may, type Viewer } from "../viewer.ts";
import type { Model } from "../admin.ts";

export const deeds = ["view", "add", "change", "delete"] as const;
export type Deed = (typeof deeds)[number];

/** Which rows somebody may treat so: all of them, or those that `where` finds. */
export interface Scope {
  where: SQL | undefined;
}

/**
 * The one answer to whether somebody may view, add, change or delete rows of a table, and which: undefined for none. It
 * is asked by pages, actions, autocomplete, imports and exports alike. Names of permissions are `admin.TABLE.view`, with
 * `*` for all tables; `.own` at the end limits them to the viewer's own rows.
 */
export function scopeOf(viewer: Viewer, model: Model, deed: Deed): Scope | undefined {
  if (viewer.id === null || (deed !== "view" && model.without?.includes(deed))) return undefined;
  const names = [`admin.${model.name}.${deed}`, `admin.*.${deed}`];
  if (names.some((name) => may(viewer, name))) return { where: undefined };
  const own = names.some((name) => may(viewer, `${name}.own`)) ? ownRows(model, viewer.id) : undefined;
  return own && { where: own };
}

/**
 * Whether somebody may fill in a field, who may change the row. A new row needs some fields whoever adds it, so those
 * are not guarded yet.
 */
export function mayFill(viewer: Viewer, model: Model, field: string, { isNew = false } = {}): boolean {
  const column = model.columns.get(field);
  if (model.hidden?.includes(field) || column?.isGenerated) return false;
  if (model.readOnly?.includes(field)) return isNew && column?.isRequired === true;
  // Whoever may touch their own rows only gives none away.
  if (field === model.owner && scopeOf(viewer, model, "change")?.where !== undefined) return false;
  const permission = model.guarded?.[field];
  return permission === undefined || (isNew && column?.isRequired === true) || may(viewer, permission);
}

function ownRows(model: Model, accountId: number): SQL | undefined {
  const { owner, columns } = model;
  if (owner === undefined) return undefined;
  if (typeof owner !== "string") return owner.isOwn(accountId);
  const column = columns.get(owner)?.column;
  return column && eq(column, accountId);
}
