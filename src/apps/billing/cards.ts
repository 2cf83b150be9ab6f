import { and, asc, isNotNull, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import type { Card } from "./card.ts";
import type { ProviderName } from "./names.ts";
import { tellOfCard } from "./notices.tsx";
import { ProviderError } from "./provider.ts";
import { findProvider } from "./providers.ts";
import { billingNotices, subscriptions } from "./schema.ts";

/** So many are looked at in one run, the others an hour later: each is a call of up to 2 s. */
const mostAtOnce = 100;

/**
 * Looks at the cards of what is to be paid within two weeks, once for each payment, and writes to whom a card belongs that expires
 * before. A provider that does not answer is asked again with the next run.
 */
export async function lookAtCards(): Promise<void> {
  const silent = new Set<ProviderName>();
  for (const { id, provider, providerId, dueAt, about } of await listDue()) {
    if (silent.has(provider)) continue;
    let card: Card | undefined;
    try {
      card = await (await findProvider(provider))?.card(providerId);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log.warn({ subscription: id, why: error.message }, "a provider does not say with which card something is paid");
      if (error.reason === "unreachable") {
        silent.add(provider);
        continue;
      }
    }
    await atomic(async () => {
      await db.insert(billingNotices).values({ kind: "card", about }).onConflictDoNothing();
      if (card !== undefined && card.expiresAt <= dueAt) await tellOfCard(id, card, dueAt);
    });
  }
}

// What leaves by itself is charged no more; of what has no owner here there is nobody to tell.
function listDue() {
  const { id, provider, providerId, customerId, periodEndsAt } = subscriptions;
  const dueAt = sql`case status when 'trialing' then trial_ends_at when 'active' then period_ends_at end`;
  const about = sql<string>`concat('subscription ', ${id}, ', until ', extract(epoch from ${dueAt})::bigint)`;
  return db
    .select({ id, provider, providerId, dueAt: dueAt.mapWith(periodEndsAt), about })
    .from(subscriptions)
    .where(
      and(
        isNotNull(customerId),
        sql`${dueAt} between now() and now() + interval '14 days'`,
        sql`coalesce(scheduled_action, 'resume') = 'resume'`,
        sql`not exists (select from billing_notices where kind = 'card' and about = ${about})`,
      ),
    )
    .orderBy(asc(dueAt))
    .limit(mostAtOnce);
}
