import { eq, inArray } from "drizzle-orm";
import type { Command } from "#lib/app.ts";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import type { Derived } from "#apps/members/entitlements.ts";
import { entitlements, type Entitlement } from "#apps/members/schema.ts";
import { differences } from "./applying/comparing.ts";
import {
  concludePurchase,
  concludeSubscription,
  entitleByPurchase,
  entitleBySubscription,
  type Conclusion,
} from "./deriving.ts";
import { subscriptions, transactions } from "./schema.ts";

/** `./manage memberships`: whether what people may open is what follows from what was paid. */
export const membershipsCommand: Command = {
  name: "memberships",
  usage: "memberships --check | --mend",
  about:
    "Compares what people may open with what follows from their payments; --mend derives it anew where it differs.",
  needs: "database",
  run: async (args) => {
    const [flag, ...others] = args;
    if ((flag !== "--check" && flag !== "--mend") || others.length > 0)
      throw new UserError(`Say ./manage ${membershipsCommand.usage}`);
    const { compared, differing } = await compareEntitlements({ mends: flag === "--mend" });
    for (const line of differing) process.stdout.write(`${line}\n`);
    const end = differing.length > 0 && flag === "--mend" ? ", and were derived anew" : "";
    process.stdout.write(`${compared} compared, ${differing.length} differ${end}.\n`);
    return differing.length > 0 && flag === "--check" ? 1 : 0;
  },
};

/** Compares each entitlement by a payment with what follows from that now; says what differs, a line each. */
export async function compareEntitlements({ mends }: { mends: boolean }): Promise<{
  compared: number;
  differing: string[];
}> {
  const paid = inArray(transactions.status, ["paid", "completed"]);
  const sources: readonly Source[] = [
    {
      source: "subscription",
      ids: (await db.select({ id: subscriptions.id }).from(subscriptions)).map(({ id }) => id),
      conclude: concludeSubscription,
      entitle: entitleBySubscription,
    },
    {
      source: "purchase",
      ids: (await db.select({ id: transactions.id }).from(transactions).where(paid)).map(({ id }) => id),
      conclude: concludePurchase,
      entitle: entitleByPurchase,
    },
  ];
  const differing: string[] = [];
  let compared = 0;
  for (const { source, ids, conclude, entitle } of sources) {
    const stored = await db.select().from(entitlements).where(eq(entitlements.source, source));
    const byKey = new Map(stored.map((row) => [row.sourceKey, row]));
    for (const id of new Set([...ids, ...stored.map(({ sourceKey }) => Number(sourceKey))])) {
      compared += 1;
      const why = differ(byKey.get(String(id)), await conclude(id));
      if (why === undefined) continue;
      differing.push(`${source} ${id}: ${why}`);
      if (mends) await atomic(() => entitle(id));
    }
  }
  return { compared, differing };
}

interface Source {
  source: "subscription" | "purchase";
  ids: readonly number[];
  conclude: (id: number) => Promise<Conclusion>;
  entitle: (id: number) => Promise<Conclusion>;
}

function differ(stored: Entitlement | undefined, conclusion: Conclusion): string | undefined {
  if ("nothing" in conclusion) return stored && `opens ${stored.label}, and should not: ${conclusion.nothing}`;
  const { derived } = conclusion;
  if (stored === undefined) return `opens nothing, and should open ${derived.label}`;
  const changes = differences(stored, columnsOf(derived));
  if (changes.length === 0) return undefined;
  return changes
    .map(({ field, ours, theirs }) => `${field} is ${ours || "empty"}, and should be ${theirs || "empty"}`)
    .join("; ");
}

function columnsOf({ userId, label, startsAt, endsAt, ...derived }: Derived): object {
  const { planId = null, productId = null, opens = null, isForSeats = false, paidUntil = null } = derived;
  return { userId, label, startsAt, endsAt, planId, productId, opens, isForSeats, paidUntil };
}
