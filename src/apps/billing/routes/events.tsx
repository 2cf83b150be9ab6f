import { z } from "zod";
import { originOf, recordEvent } from "#apps/accounts/security-events.ts";
import type { Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { reconcileProvider } from "../inbox-tasks.ts";
import { explainEvent, findEvent, receiveEvent, replayEvent } from "../inbox.ts";
import { providerNames } from "../names.ts";
import { listProviders } from "../providers.ts";
import { listReconciliations } from "../reconciling.ts";
import type { PaymentEvent } from "../schema.ts";
import { eventStates, findPaymentEvents } from "../told.ts";
import { PaymentEventPage } from "../views/payment-event.tsx";
import { PaymentEventsPage } from "../views/payment-events.tsx";
import { ReconciliationsPage } from "../views/reconciliations.tsx";

/** Where providers tell what has happened, and where the staff sees what was told. */
export function eventsRoutes(router: Router): void {
  // Providers send many at once, and prove by a signature who they are.
  const told = { access: "anyone", body: "raw", bodyLimit: 1_000_000, csrf: false, limit: false } as const;
  router.post(urls.paymentEvents.pattern, told, async (request, reply) => {
    const provider = z.enum(providerNames).safeParse(request.params.provider);
    if (!provider.success) throw new NotFound();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    await receiveEvent(provider.data, body, request.headers);
    return reply.type("text/plain; charset=utf-8").send("kept\n");
  });

  // A form sends its empty fields too.
  const none = z.literal("").transform(() => undefined);
  const cursor = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional();
  const query = z.object({
    state: z.union([none, z.enum(eventStates)]).optional(),
    provider: z.union([none, z.enum(providerNames)]).optional(),
    q: z.string().max(200).optional(),
    before: cursor,
  });
  const view = { access: "permission:members.view" } as const;
  const manage = { access: "permission:payments.manage" } as const;

  router.get(urls.staffPaymentEvents.pattern, { ...view, query }, async (request) => (
    <PaymentEventsPage search={request.query} {...await findPaymentEvents(request.query)} />
  ));

  const done = z.object({ done: z.string().max(20).optional().catch(undefined) });
  router.get(urls.staffPaymentEvent.pattern, { ...view, query: done }, async (request) => (
    <PaymentEventPage event={await getEvent(request.params.id)} isReplayed={request.query.done === "replay"} />
  ));

  router.post(urls.staffPaymentEvent.pattern, manage, async (request, reply) => {
    const event = await getEvent(request.params.id);
    const { data } = readForm(request, z.object({ act: z.enum(["explain", "replay"]) }));
    if (data === undefined) throw new Refused(400);
    if (data.act === "explain") return <PaymentEventPage event={event} explained={await explainEvent(event.id)} />;
    const { id, provider, kind } = event;
    // Before it is done, since it may change much and then fail.
    await recordEvent(
      "payment-event-replayed",
      { userId: null, actorId: request.viewer.id, details: { event: id, provider, kind } },
      originOf(request),
    );
    await replayEvent(id);
    return reply.redirect(urls.staffPaymentEvent({ id: String(event.id) }, { done: "replay" }), 303);
  });

  router.get(urls.staffReconciliations.pattern, { ...view, query: done }, async (request) => (
    <ReconciliationsPage
      providers={await listProviders()}
      runs={await listReconciliations()}
      isAsked={request.query.done === "compare"}
    />
  ));

  router.post(urls.staffReconciliations.pattern, manage, async (request, reply) => {
    const { data } = readForm(request, z.object({ provider: z.enum(providerNames) }));
    const isUsed = (await listProviders()).some(({ name }) => name === data?.provider);
    if (data === undefined || !isUsed) throw new Refused(400);
    const { provider } = data;
    await atomic(async () => {
      await reconcileProvider.later({ provider });
      await recordEvent(
        "payments-compared",
        { userId: null, actorId: request.viewer.id, details: { provider } },
        originOf(request),
      );
    });
    return reply.redirect(urls.staffReconciliations({}, { done: "compare" }), 303);
  });
}

async function getEvent(text: string): Promise<PaymentEvent> {
  const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).safeParse(text);
  const event = id.success ? await findEvent(id.data) : undefined;
  if (event === undefined) throw new NotFound();
  return event;
}
