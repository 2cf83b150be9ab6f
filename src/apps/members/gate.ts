import { sql, type SQL } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import type { PricedPlan } from "./prices.ts";
import { entitlements, plans, prices, products } from "./schema.ts";

/** How somebody comes to read on who is no member. */
export interface Ways {
  /** The plans for one reader, at what they cost everywhere: the page is kept for all countries. */
  plans: GatePlan[];
  /** What can be bought once and opens this too. */
  product: { slug: string; name: string; currency: string; amount: number } | null;
  /** The membership that the reader had, and when it ended. */
  former: { label: string; endedAt: Date } | null;
}

export interface GatePlan extends PricedPlan {
  slug: string;
  name: string;
  trialDays: number;
}

type Found = Omit<Ways, "former"> & { former: { label: string; endedAt: string } | null };

/** The ways to an entry for members, in one query. `ids` is an array of SQL: the entry, and what it is a part of. */
export async function findWays(viewer: Viewer, ids: SQL): Promise<Ways> {
  const offered = sql`price.is_offered and price.countries = '{}'`;
  const { rows } = await db.execute<Found>(sql`select
    coalesce((
      select json_agg(each.json order by each.position, each.id) from (
        select distinct on (plan.id) plan.id, plan.position, json_build_object('slug', plan.slug, 'name', plan.name,
          'kind', plan.kind, 'interval', plan.interval, 'trialDays', plan.trial_days,
          'currency', price.currency, 'amount', price.amount) as json
        from ${plans} plan join ${prices} price on price.plan_id = plan.id and ${offered}
        where plan.is_offered and plan.kind <> 'team' order by plan.id, price.id
      ) each
    ), '[]') as plans,
    (
      select json_build_object('slug', product.slug, 'name', product.name,
        'currency', price.currency, 'amount', price.amount)
      from ${products} product join ${prices} price on price.product_id = product.id and ${offered}
      where product.is_offered and product.opens && ${ids} order by product.id, price.id limit 1
    ) as product,
    (
      select json_build_object('label', had.label, 'endedAt', least(had.ends_at, whole.ends_at))
      from ${entitlements} had left join ${entitlements} whole on whole.id = had.seat_of
      where had.user_id = ${viewer.id} and had.opens is null and not had.is_for_seats
        and least(had.ends_at, whole.ends_at) <= now()
      order by least(had.ends_at, whole.ends_at) desc limit 1
    ) as former`);
  const [found] = rows;
  if (found === undefined) throw new Error("The ways to an entry were not found.");
  const { former, ...rest } = found;
  return { ...rest, former: former && { label: former.label, endedAt: new Date(former.endedAt) } };
}
