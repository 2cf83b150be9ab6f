import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { spanOfPurchase, spanOfSubscription, type Payment, type Span } from "./entitling.ts";
import type { AdjustmentFact, Fact, SubscriptionFact, TransactionFact } from "./facts.ts";
import { adjustmentFact, day, subscriptionFact, transactionFact } from "./testing/facts.ts";
import { live, mayOpen, newWorld, type World } from "./testing/world.ts";
import { stories } from "./testing/stories.ts";

const histories = process.env.FAULTS === "full" ? 10_000 : 300;

test("who may open what agrees with what happened, whatever it was, on every day from then on", () => {
  fc.assert(
    fc.property(stories, (story) => {
      const world = live(newWorld(), story);
      const spans = spansOf(world);
      for (const on of daysAfter(world)) {
        const isOpen = spans.some((span) => isWithin(span, day(on + 0.5)));
        assert.equal(isOpen, mayOpen(world, on), `on day ${on}, today is ${world.today}: ${JSON.stringify(spans)}`);
      }
    }),
    { numRuns: histories },
  );
});

// At noon: what happens on a day has happened.
function daysAfter({ today }: World): number[] {
  return Array.from({ length: 420 }, (_, number) => today + number);
}

function isWithin({ startsAt, endsAt }: Span, at: Date): boolean {
  return startsAt <= at && (endsAt === null || at < endsAt);
}

/** What follows from the last word on each thing. */
function spansOf({ facts, comps }: World): Span[] {
  const last = [...new Map(facts.map((fact) => [fact.id, fact])).values()];
  const payments = last.filter((fact) => fact.kind === "transaction");
  const bought = payments.filter(({ subscription }) => subscription === undefined);
  return [
    ...last.filter((fact) => fact.kind === "subscription").map((fact) => termOf(fact, last)),
    ...bought.flatMap((fact) => spanOfPurchase(paymentOf(fact, last)) ?? []),
    ...comps.map(({ from, to }) => ({ startsAt: day(from), endsAt: day(to), paidUntil: null })),
  ];
}

function termOf({ scheduled, ...fact }: SubscriptionFact, all: readonly Fact[]): Span {
  const payments = all.filter((each) => each.kind === "transaction" && each.subscription === fact.id);
  return spanOfSubscription(
    { ...fact, scheduledAction: scheduled?.action ?? null, scheduledAt: scheduled?.at ?? null },
    payments.flatMap((each) => (each.kind === "transaction" ? [paymentOf(each, all)] : [])),
  );
}

function paymentOf(fact: TransactionFact, all: readonly Fact[]): Payment {
  const returns = all.filter((each) => each.kind === "adjustment" && each.transaction === fact.id);
  return {
    ...fact,
    returns: returns.flatMap((each) => (each.kind === "adjustment" ? [{ ...each, decidedAt: each.occurredAt }] : [])),
  };
}

const until = (
  fact: Partial<SubscriptionFact>,
  ...others: (TransactionFact | AdjustmentFact)[]
): (string | undefined)[] => {
  const { paidUntil, endsAt } = termOf(subscriptionFact(fact), others);
  return [paidUntil, endsAt].map((at) => at?.toISOString().slice(0, 10));
};

test("each state has its end, as agreed and with grace", () => {
  const paid = transactionFact();
  assert.deepEqual(until({ status: "trialing", trialEndsAt: day(14), periodEndsAt: day(14) }), [
    "2026-01-15",
    "2026-01-18",
  ]);
  assert.deepEqual(until({}, paid), ["2026-01-31", "2026-02-07"]);
  assert.deepEqual(until({ scheduled: { action: "cancel", at: day(30) } }, paid), ["2026-01-31", "2026-01-31"]);
  assert.deepEqual(until({ scheduled: { action: "resume", at: day(3) } }, paid), ["2026-01-31", "2026-02-07"]);
  assert.deepEqual(until({ status: "past_due", pastDueSince: day(30) }, paid), ["2026-01-31", "2026-02-14"]);
  assert.deepEqual(until({ status: "paused", pausedAt: day(12) }, paid), ["2026-01-31", "2026-01-31"]);
  assert.deepEqual(until({ status: "canceled", canceledAt: day(12) }, paid), ["2026-01-31", "2026-01-31"]);
  assert.deepEqual(until({ status: "canceled", canceledAt: day(12) }), ["2026-01-13", "2026-01-13"]);
});

test("a payment that was given back counts for nothing, but only once all of it was", () => {
  const gone = { status: "canceled", canceledAt: day(12) } as const;
  const [paid, half] = [transactionFact(), { amount: 7_50 }];
  assert.deepEqual(until(gone, paid, adjustmentFact(half)), ["2026-01-31", "2026-01-31"]);
  const rest = adjustmentFact({ id: "adj_2", occurredAt: day(15), amount: 7_50 });
  assert.deepEqual(until(gone, paid, adjustmentFact(half), rest), ["2026-01-16", "2026-01-16"]);
  assert.deepEqual(until({}, paid, adjustmentFact()), ["2026-01-11", "2026-01-11"]);
  for (const status of ["pending", "rejected", "reversed"] as const) {
    assert.deepEqual(until(gone, paid, adjustmentFact({ status })), ["2026-01-31", "2026-01-31"]);
  }
  const dispute = adjustmentFact({ action: "chargeback" });
  const won = adjustmentFact({ id: "adj_2", action: "chargeback_reverse" });
  assert.deepEqual(until(gone, paid, dispute), ["2026-01-11", "2026-01-11"]);
  assert.deepEqual(until(gone, paid, dispute, won), ["2026-01-31", "2026-01-31"]);
  assert.deepEqual(until(gone, paid, adjustmentFact({ action: "credit" })), ["2026-01-31", "2026-01-31"]);
});

test("a period that was paid before stays when a later one is given back", () => {
  const second = transactionFact({ id: "txn_2", periodStartsAt: day(30), periodEndsAt: day(60) });
  const back = adjustmentFact({ transaction: "txn_2", occurredAt: day(20) });
  assert.deepEqual(until({ status: "canceled", canceledAt: day(20) }, transactionFact(), second, back), [
    "2026-01-31",
    "2026-01-31",
  ]);
});
