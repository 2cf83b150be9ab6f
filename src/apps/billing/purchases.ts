import { and, desc, eq, inArray, type SQL } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { plans, products } from "#apps/members/schema.ts";
import { amountReturned } from "./entitling.ts";
import { ProviderError } from "./provider.ts";
import { findProvider } from "./providers.ts";
import { adjustments, checkouts, customers, transactions, type CheckoutKind, type Transaction } from "./schema.ts";

/** A payment as who made it reads it. */
export interface Purchase {
  transaction: Transaction;
  /** What it was for: `Yearly plan`. */
  name: string;
  kind: CheckoutKind | null;
  /** How much of it went back. */
  returned: number;
}

/** What the viewer has paid for, the newest first. */
export async function listPurchases(viewer: Viewer): Promise<Purchase[]> {
  return await find(eq(customers.userId, viewer.id ?? 0));
}

/** One of them; undefined for what somebody else paid for. */
export async function findPurchase(viewer: Viewer, id: number): Promise<Purchase | undefined> {
  const [found] = await find(and(eq(customers.userId, viewer.id ?? 0), eq(transactions.id, id)));
  return found;
}

async function find(which: SQL | undefined): Promise<Purchase[]> {
  const rows = await db
    .select({ transaction: transactions, plan: plans.name, product: products.name, kind: checkouts.kind })
    .from(transactions)
    .innerJoin(customers, eq(customers.id, transactions.customerId))
    .leftJoin(checkouts, eq(checkouts.id, transactions.checkoutId))
    .leftJoin(plans, eq(plans.id, transactions.planId))
    .leftJoin(products, eq(products.id, transactions.productId))
    .where(and(which, inArray(transactions.status, ["paid", "completed"])))
    .orderBy(desc(transactions.paidAt), desc(transactions.id));
  const returns = await db
    .select()
    .from(adjustments)
    .where(
      inArray(
        adjustments.transactionProviderId,
        rows.map(({ transaction }) => transaction.providerId),
      ),
    );
  return rows.map(({ transaction, plan, product, kind }) => ({
    transaction,
    kind,
    name: purchaseName({ plan, product, kind }),
    returned: amountReturned(
      returns.filter(
        (each) => each.provider === transaction.provider && each.transactionProviderId === transaction.providerId,
      ),
    ),
  }));
}

/** What a payment was for, in words. */
export function purchaseName(of: { plan: string | null; product: string | null; kind: CheckoutKind | null }): string {
  const { plan, product, kind } = of;
  if (product !== null) return product;
  if (plan === null) return "Membership";
  return kind === "gift" ? `${plan} membership, as a gift` : `${plan} membership`;
}

/** Where the provider has the invoice of it. Throws ProviderError. */
export async function findInvoice({ transaction: { provider: name, providerId } }: Purchase): Promise<string> {
  const provider = await findProvider(name);
  if (provider === undefined) throw new ProviderError("refused", "This site does not use its provider any more.");
  return await provider.invoice(providerId);
}
