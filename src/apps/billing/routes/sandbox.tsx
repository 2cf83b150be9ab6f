import { z } from "zod";
import { listEntitlements } from "#apps/members/reasons.ts";
import type { Reply, Request, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { sameSitePath } from "#lib/url.ts";
import { may } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { ProviderError } from "../provider.ts";
import { payCheckout, readBill, type Bill } from "../sandbox/checkouts.ts";
import { listCustomers, moveClock, steps } from "../sandbox/clock.ts";
import { changeCard } from "../sandbox/deeds.ts";
import { look } from "../sandbox/looking.ts";
import { cards } from "../sandbox/objects.ts";
import { findBuyerName, getOwn, getOwnCheckout, listOwnCustomers, needSandbox } from "../sandbox/owners.ts";
import { deeds, doDeed } from "../sandbox/page-deeds.ts";
import { pathOf } from "../sandbox/provider.ts";
import { inWorld } from "../sandbox/world.ts";
import { BankPage, CheckoutPage, PaidPage, ways } from "../views/sandbox/checkout.tsx";
import { InvoicePage } from "../views/sandbox/invoice.tsx";
import { PortalPage } from "../views/sandbox/portal.tsx";
import { SandboxPage } from "../views/sandbox/sandbox.tsx";

/** For so long the page asks again by itself whether the site has heard of everything, each time a second later. */
const mostTries = 10;

/** What a payment provider would show on pages of its own, and the clock. Nobody finds them on a site that takes money. */
export function sandboxRoutes(router: Router): void {
  const tries = z.object({ tries: z.coerce.number().int().min(0).max(1000).catch(0) });
  router.get(urls.sandbox.pattern, { access: "viewer", query: tries }, async (request, reply) => {
    needSandbox();
    return show(request, reply, { tries: request.query.tries });
  });

  const passing = z.object({ step: z.enum(steps), all: z.string().optional() });
  router.post(urls.sandboxClock.pattern, { access: "viewer" }, async (request, reply) => {
    needSandbox();
    const { data } = readForm(request, passing);
    if (data === undefined) throw new Refused(400);
    const isForAll = data.all !== undefined && may(request.viewer, "payments.manage");
    await moveClock(isForAll ? await listCustomers() : await listOwnCustomers(request.viewer), data.step);
    return reply.redirect(urls.sandbox(), 303);
  });

  const deed = z.object({ act: z.enum(deeds) });
  router.post(urls.sandboxObject.pattern, { access: "viewer" }, async (request, reply) => {
    needSandbox();
    const { data } = readForm(request, deed);
    if (data === undefined) throw new Refused(400);
    const object = await getOwn(request.viewer, ["subscription", "transaction", "adjustment"], request.params.id);
    try {
      await doDeed(object, data.act);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      reply.code(409);
      return show(request, reply, { problem: error.message });
    }
    return reply.redirect(urls.sandbox(), 303);
  });

  const place = z.object({ country: z.string().max(2).optional() });
  router.get(urls.sandboxCheckout.pattern, { access: "viewer", query: place }, async (request) => {
    const bill = await getBill(request, request.query.country);
    return bill.checkout.isPaid ? (
      <PaidPage next={pathOf(bill.checkout.successUrl)} />
    ) : (
      <CheckoutPage bill={bill} back={pathOf(bill.checkout.cancelUrl)} />
    );
  });

  const payment = z.object({ way: z.enum(ways), country: z.string().max(2).optional() });
  router.post(urls.sandboxCheckout.pattern, { access: "viewer" }, async (request, reply) => {
    const { data } = readForm(request, payment);
    if (data === undefined) throw new Refused(400);
    const bill = await getBill(request, data.country);
    if (!bill.checkout.isPaid) {
      if (data.way === "asks") return <BankPage bill={bill} />;
      if (data.way === "declined") {
        reply.code(422);
        return <CheckoutPage bill={bill} back={pathOf(bill.checkout.cancelUrl)} isDeclined />;
      }
      await payCheckout(bill, data.way === "fails-later" ? "declined" : "good");
    }
    return reply.redirect(pathOf(bill.checkout.successUrl), 303);
  });

  const next = z.object({ next: z.string().max(2000).optional() });
  router.get(urls.sandboxPortal.pattern, { access: "viewer", query: next }, async (request) => {
    needSandbox();
    const customer = await getOwn(request.viewer, ["customer"], request.params.customer);
    const { payments } = await look([customer.id]);
    const due = payments.filter(({ transaction }) => transaction.status === "past_due");
    const back = sameSitePath(request.query.next, urls.membership());
    return <PortalPage customer={customer} due={due.map(({ transaction }) => transaction)} next={back} />;
  });

  const card = z.object({ card: z.enum(cards), next: z.string().max(2000).optional() });
  router.post(urls.sandboxPortal.pattern, { access: "viewer" }, async (request, reply) => {
    needSandbox();
    const { data } = readForm(request, card);
    if (data === undefined) throw new Refused(400);
    const { id } = await getOwn(request.viewer, ["customer"], request.params.customer);
    await inWorld([id], (world) => changeCard(world, id, data.card));
    return reply.redirect(sameSitePath(data.next, urls.membership()), 303);
  });

  router.get(urls.sandboxInvoice.pattern, { access: "viewer" }, async (request) => {
    needSandbox();
    const transaction = await getOwn(request.viewer, ["transaction"], request.params.id);
    return <InvoicePage transaction={transaction} buyer={await findBuyerName(transaction)} />;
  });
}

async function getBill(request: Request<"/:id">, country: string | undefined): Promise<Bill> {
  needSandbox();
  const { id } = await getOwnCheckout(request.viewer, request.params.id);
  const bill = await readBill(id, country);
  if (bill === undefined) throw new Refused(404);
  return bill;
}

async function show(
  { viewer }: Request,
  reply: Reply,
  { tries = 0, problem }: { tries?: number; problem?: string },
): Promise<Html> {
  const scene = await look(await listOwnCustomers(viewer));
  if (scene.isUnderWay && problem === undefined && tries < mostTries) {
    reply.header("refresh", `1;url=${urls.sandbox({}, { tries: tries + 1 })}`);
  }
  const reasons = await listEntitlements(viewer.id ?? 0);
  return <SandboxPage scene={scene} reasons={reasons} isManager={may(viewer, "payments.manage")} problem={problem} />;
}
