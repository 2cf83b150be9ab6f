import { and, sql, type SQL } from "drizzle-orm";
import { scopeOf } from "#lib/admin/access.ts";
import { mostCounted } from "#lib/admin/listing.ts";
import { matches } from "#lib/admin/narrowing.ts";
import type { Model } from "#lib/admin.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { groupsFor } from "./finding.ts";

export interface Group {
  name: string;
  models: { model: Model; count: number }[];
}

/** The tables that the viewer may look at, with how many rows of them they may see: `mostCounted + 1` for more. */
export async function countTables(viewer: Viewer): Promise<Group[]> {
  const groups = groupsFor(viewer);
  const all = [...groups.values()].flat();
  if (all.length === 0) return [];
  const counts = all.map((model) => {
    const where = scopeOf(viewer, model, "view")?.where;
    return sql`select ${model.name}::text as name, (select count(*)::int from
      (select 1 from ${model.table} ${where === undefined ? sql`` : sql`where ${where}`} limit ${mostCounted + 1}) few) as count`;
  });
  const { rows } = await db.execute<{ name: string; count: number }>(sql.join(counts, sql` union all `));
  const byName = new Map(rows.map(({ name, count }) => [name, count]));
  return [...groups].map(([name, models]) => ({
    name,
    models: models.map((model) => ({ model, count: byName.get(model.name) ?? 0 })),
  }));
}

export interface Hit {
  kind: string;
  title: string;
  href: string;
}

/** So many rows of a table are found at most. */
const mostHits = 5;

/** Rows of all tables that the viewer may look at, in one query; tables whose own name is meant come first. */
export async function searchTables(viewer: Viewer, q: string): Promise<Hit[]> {
  const words = q.trim();
  if (words === "") return [];
  const models = [...groupsFor(viewer).values()].flat();
  const meant = models.filter(({ many }) => many.toLowerCase().includes(words.toLowerCase()));
  const tables = meant.map(({ many, name }) => ({
    kind: "Tables",
    title: many,
    href: urls.adminList({ model: name }),
  }));
  const searched = models.filter(({ search }) => search !== undefined);
  if (searched.length === 0) return tables;
  const queries = searched.map((model) => hitsIn(model, words, scopeOf(viewer, model, "view")?.where));
  const { rows } = await atomic(async () => {
    // For a few rows of each the planner would rather read whole tables, in the hope of an early end.
    await db.execute(sql`set local enable_seqscan = off`);
    return await db.execute<{ name: string; title: string; key: string[] }>(sql.join(queries, sql` union all `));
  });
  const byName = new Map(searched.map((model) => [model.name, model]));
  const found = rows.flatMap(({ name, title, key }): Hit[] => {
    const model = byName.get(name);
    const place = key.map((value) => encodeURIComponent(value)).join(",");
    return model === undefined
      ? []
      : [{ kind: model.many, title: title || place, href: urls.adminRow({ model: name, key: place }) }];
  });
  return [...tables, ...found];
}

function hitsIn(model: Model, q: string, within: SQL | undefined): SQL {
  const title = model.columns.get(model.title)?.column;
  const keys = model.key.map((key) => sql`${model.columns.get(key)?.column}::text`);
  const where = and(within, matches(model, q));
  return sql`(select ${model.name}::text as name, left(${title}::text, 120) as title, array[${sql.join(keys, sql`, `)}] as key
    from ${model.table} where ${where} limit ${mostHits})`;
}
