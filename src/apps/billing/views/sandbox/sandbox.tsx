import { explainReason, type Reason } from "#apps/members/reasons.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { Form } from "#ui/form.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { Step } from "../../sandbox/clock.ts";
import { nextDue } from "../../sandbox/life.ts";
import type { Payment, Scene, ToldEvent } from "../../sandbox/looking.ts";
import type { SandboxSubscription } from "../../sandbox/objects.ts";
import type { Deed } from "../../sandbox/page-deeds.ts";
import { LifeLine } from "./life-line.tsx";
import { cardWords, SandboxLayout } from "./parts.tsx";

interface SandboxPageProps {
  scene: Scene;
  /** All that the viewer may open, and might. */
  reasons: readonly Reason[];
  /** Whether the viewer may let time pass for everybody. */
  isManager: boolean;
  problem?: string | undefined;
}

/** The whole life of what somebody bought, on one page: what the provider has, what can happen to it, and what it told. */
export function SandboxPage({ scene, reasons, isManager, problem }: SandboxPageProps): Html {
  const { subscriptions, payments, events, isUnderWay } = scene;
  const now = new Date();
  return (
    <SandboxLayout title="The sandbox">
      <header class="sandbox-head">
        <h1>The sandbox</h1>
        <p>
          This stands where a payment provider will stand. Let time pass, let payments fail, give money back, and see
          what becomes of a membership.
        </p>
      </header>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <Standing reasons={reasons} isUnderWay={isUnderWay} />
      {payments.length === 0 && subscriptions.length === 0 ? (
        <EmptyState title="You have bought nothing yet">
          <p>
            <a class="button primary" href={urls.join()}>
              Join, without paying
            </a>
          </p>
        </EmptyState>
      ) : null}
      {payments.length > 0 || subscriptions.length > 0 || isManager ? <Clock isManager={isManager} /> : null}
      {subscriptions.length === 0 ? null : (
        <section aria-labelledby="subscriptions">
          <h2 id="subscriptions">Subscriptions</h2>
          {subscriptions.map((each) => (
            <Subscription {...each} now={now} />
          ))}
        </section>
      )}
      {payments.length === 0 ? null : (
        <section aria-labelledby="payments">
          <h2 id="payments">Payments</h2>
          <ul class="sandbox-payments">
            {payments.map((payment) => (
              <PaymentRow {...payment} />
            ))}
          </ul>
        </section>
      )}
      {events.length === 0 ? null : <Events events={events} />}
    </SandboxLayout>
  );
}

function Standing({ reasons, isUnderWay }: { reasons: readonly Reason[]; isUnderWay: boolean }): Html {
  const current = reasons.filter(({ state, isForSeats }) => state === "current" && !isForSeats);
  return (
    <section class="sandbox-standing" aria-label="What you may open now">
      {current.length === 0 ? (
        <p>
          <strong>You are no member just now.</strong> What members may open is closed to you.
        </p>
      ) : (
        <>
          <p>
            <strong>
              {current.some(({ opens }) => opens === null) ? "You are a member" : "You may open what you bought"}
            </strong>
          </p>
          <ul>
            {current.map((reason) => (
              <li>{explainReason(reason)}</li>
            ))}
          </ul>
        </>
      )}
      {isUnderWay ? (
        <p class="sandbox-wait" role="status">
          The site has not heard of everything yet. <a href={urls.sandbox()}>Look again</a>
        </p>
      ) : null}
    </section>
  );
}

const steps: readonly (readonly [step: Step, label: string])[] = [
  ["day", "A day"],
  ["week", "A week"],
  ["month", "A month"],
  ["year", "A year"],
  ["renewal", "Until something happens"],
];

function Clock({ isManager }: { isManager: boolean }): Html {
  return (
    <section class="sandbox-clock" aria-labelledby="clock">
      <h2 id="clock">Let time pass</h2>
      <Form action={urls.sandboxClock()}>
        <div class="sandbox-deeds">
          {steps.map(([step, label]) => (
            <button class="button" type="submit" name="step" value={step}>
              {label}
            </button>
          ))}
        </div>
        {isManager ? (
          <label class="choice">
            <input type="checkbox" name="all" value="yes" />
            <span>
              For everybody <small>Otherwise only what you bought yourself grows older.</small>
            </span>
          </label>
        ) : null}
      </Form>
    </section>
  );
}

function Subscription({ subscription, customer, payments, now }: Scene["subscriptions"][number] & { now: Date }): Html {
  const { id, name, status, quantity, currency, unitAmount, interval, scheduled } = subscription;
  return (
    <article class="sandbox-card" aria-label={name}>
      <header>
        <h3>{quantity === 1 ? name : `${name} × ${quantity}`}</h3>
        <span class={`badge ${tones[status]}`}>{words[status]}</span>
      </header>
      <p>
        {formatMoney(unitAmount * quantity, currency)} a {interval}, by a card that {cardWords[customer.card]}.{" "}
        <Next {...subscription} />
      </p>
      <LifeLine subscription={subscription} payments={payments} now={now} />
      {status === "canceled" ? null : (
        <div class="sandbox-deeds">
          {customer.card === "good" ? (
            <>
              <DeedButton id={id} act="decline" label="Let the next payment fail" />
              <DeedButton id={id} act="expire" label="Let the card expire" />
            </>
          ) : (
            <DeedButton id={id} act="mend" label={status === "past_due" ? "Mend the card and pay" : "Mend the card"} />
          )}
          {status === "paused" || scheduled !== null ? (
            <DeedButton id={id} act="resume" label={status === "paused" ? "Resume" : "Take that back"} />
          ) : (
            <>
              {status === "active" ? <DeedButton id={id} act="pause" label="Pause" /> : null}
              <DeedButton id={id} act="cancel" label="Cancel at the end of the period" />
            </>
          )}
          <DeedButton id={id} act="cancel-now" label="Cancel now" />
        </div>
      )}
    </article>
  );
}

const words = {
  trialing: "trial",
  active: "active",
  past_due: "payment failed",
  paused: "paused",
  canceled: "ended",
} as const;
const tones = { trialing: "info", active: "good", past_due: "bad", paused: "warn", canceled: "" } as const;

/** What will happen to it by itself. */
function Next(subscription: SandboxSubscription): Html {
  const { status, scheduled, canceledAt, tries } = subscription;
  const at = nextDue(subscription);
  if (at === undefined) {
    if (canceledAt === null) return <span>It waits until it is resumed.</span>;
    return (
      <span>
        It ended on <Day at={canceledAt} />.
      </span>
    );
  }
  const ending = { cancel: "it ends", pause: "it pauses", resume: "it goes on" } as const;
  let deed: string = status === "trialing" ? "the trial ends, and the first payment is due" : "it renews";
  if (status === "past_due") deed = `the payment is tried again, for the ${ordinals[tries] ?? "last"} time`;
  if (scheduled !== null && scheduled.at <= at) deed = ending[scheduled.action];
  return (
    <span>
      On <Day at={at} /> {deed}.
    </span>
  );
}

const ordinals = ["first", "second", "last"] as const;

function PaymentRow({ transaction, adjustments, left }: Payment): Html {
  const { id, name, total, currency, status, paidAt, billedAt } = transaction;
  const disputed = adjustments.find(
    ({ action, status: is, isLost }) => action === "chargeback" && is === "approved" && !isLost,
  );
  return (
    <li>
      <div>
        <p>
          <strong>{formatMoney(total, currency)}</strong> {name}
        </p>
        <p class="sandbox-soft">
          <Day at={paidAt ?? billedAt} /> · {states[status]}
          {adjustments.map(({ action, amount, status: is, isLost }) => (
            <>
              {" · "}
              {formatMoney(amount, currency)}{" "}
              {isLost ? "lost in a dispute" : is === "reversed" ? "was disputed" : backs[action]}
            </>
          ))}
        </p>
      </div>
      <div class="sandbox-deeds">
        {disputed === undefined ? null : (
          <>
            <DeedButton id={disputed.id} act="win" label="Win the dispute" />
            <DeedButton id={disputed.id} act="lose" label="Lose it" />
          </>
        )}
        {status === "completed" && left > 0 ? (
          <>
            <DeedButton id={id} act="refund" label="Refund" />
            <DeedButton id={id} act="dispute" label="Dispute" />
          </>
        ) : null}
        <a class="button" href={urls.sandboxInvoice({ id })}>
          Invoice
        </a>
      </div>
    </li>
  );
}

const states = {
  open: "not paid yet",
  past_due: "the card was declined",
  failed: "failed",
  canceled: "given up",
  paid: "paid",
  completed: "paid",
} as const;
const backs = {
  refund: "given back",
  chargeback: "taken back by the bank",
  chargeback_reverse: "back after a dispute",
  credit: "credited",
} as const;

function DeedButton({ id, act, label }: { id: string; act: Deed; label: Child }): Html {
  return (
    <Form action={urls.sandboxObject({ id })} kind="inline">
      <input type="hidden" name="act" value={act} />
      <button class="button" type="submit">
        {label}
      </button>
    </Form>
  );
}

function Events({ events }: { events: readonly ToldEvent[] }): Html {
  return (
    <section aria-labelledby="events">
      <h2 id="events">What the site was told</h2>
      <ol class="sandbox-events">
        {events.map(({ kind, objectId, outcome, explanation }) => (
          <li>
            <code>{kind}</code>
            <span class="sandbox-soft">{objectId}</span>
            <span>{outcome === null ? "waits" : explanation || outcome}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
