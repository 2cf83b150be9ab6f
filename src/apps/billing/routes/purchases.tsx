import type { Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { getUser } from "#apps/accounts/users.ts";
import { urls } from "#urls.ts";
import { ProviderError } from "../provider.ts";
import { findProvider } from "../providers.ts";
import { findInvoice, findPurchase, listPurchases, type Purchase } from "../purchases.ts";
import { PurchasePage, PurchasesPage } from "../views/purchases.tsx";

/** What somebody has paid for, with receipts and invoices. */
export function purchasesRoutes(router: Router): void {
  const options = { access: "viewer" } as const;

  router.get(urls.purchases.pattern, options, async ({ viewer }) => {
    const { timeZone } = await getUser(viewer.id);
    return <PurchasesPage purchases={await listPurchases(viewer)} timeZone={timeZone} />;
  });

  router.get(urls.purchase.pattern, options, async (request) => show(request, await getPurchase(request)));

  router.get(urls.purchaseInvoice.pattern, options, async (request, reply) => {
    const purchase = await getPurchase(request);
    try {
      return reply.redirect(await findInvoice(purchase), 303);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      reply.code(503);
      return await show(request, purchase, "The invoice cannot be had just now. Please try again in a few minutes.");
    }
  });
}

async function getPurchase({ viewer, params }: Request<"/:id">): Promise<Purchase> {
  const id = Number(params.id);
  const found = Number.isInteger(id) && id < 2 ** 31 ? await findPurchase(viewer, id) : undefined;
  if (found === undefined) throw new NotFound("There is no such purchase.");
  return found;
}

async function show({ viewer }: Pick<Request, "viewer">, purchase: Purchase, problem?: string): Promise<Html> {
  const provider = await findProvider(purchase.transaction.provider);
  return (
    <PurchasePage
      purchase={purchase}
      buyer={await getUser(viewer.id)}
      seller={provider?.label ?? "a payment service that this site does not use any more"}
      isLive={!purchase.transaction.isTest}
      {...(problem !== undefined && { problem })}
    />
  );
}
