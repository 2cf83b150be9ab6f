import { and, asc, desc, inArray, sql, type SQL } from "drizzle-orm";
import { db } from "../db.ts";
import type { Model } from "../admin.ts";
import { matches } from "./narrowing.ts";
import { valueOf } from "./values.ts";

/** What a relation may lead to, as far as somebody may see it: the rows whose titles hold the words. */
export async function listChoices(
  model: Model,
  { q = "", limit, within, keys }: { q?: string; limit: number; within?: SQL | undefined; keys?: readonly unknown[] },
): Promise<{ value: string; title: string }[]> {
  const [key, title] = [model.columns.get(model.key[0] ?? "")?.column, model.columns.get(model.title)?.column];
  if (key === undefined || title === undefined) return [];
  const words = { ...model, search: model.search ?? [model.title] };
  const column = model.columns.get(model.key[0] ?? "");
  const values = keys?.map((each) => column && valueOf(column, String(each))).filter((each) => each !== undefined);
  const one = values && (values.length === 0 ? sql`false` : inArray(key, values));
  // Without words there may be very many, and their titles need not have an index.
  const order = q.trim() === "" ? [desc(key)] : [asc(title), asc(key)];
  const found = await db
    .select({
      value: sql<string>`${key}::text`,
      title: sql<string>`coalesce(nullif(${title}::text, ''), ${key}::text)`,
    })
    .from(model.table)
    .where(and(within, one, matches(words, q)))
    .orderBy(...order)
    .limit(limit);
  return found.toSorted((a, b) => a.title.localeCompare(b.title));
}
