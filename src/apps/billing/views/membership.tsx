import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { AccountPage } from "#apps/accounts/parts.tsx";
import { explainReason, type Reason } from "#apps/members/reasons.ts";
import { Form, Submit } from "#ui/form.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { canChange, isLeaving, mendUntil, type Membership } from "../memberships.ts";
import type { Subscription } from "../schema.ts";
import { Day } from "./day.tsx";
import { every } from "./money-parts.tsx";

export interface MembershipPageProps {
  memberships: readonly Membership[];
  /** Why something is open, and what was and will be. */
  reasons: readonly Reason[];
  timeZone: string;
  usesSandbox: boolean;
  /** What was just done, or why it was not. */
  news?: Child;
  problem?: string | undefined;
}

export function MembershipPage(props: MembershipPageProps): Html {
  const { memberships, reasons, timeZone, usesSandbox, news, problem } = props;
  const whole = memberships.length > 0 ? undefined : reasons.find(isMembership);
  return (
    <AccountPage title="Membership" current={urls.membership()} styles={["billing.css"]}>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      {news ? <Notice tone="good">{news}</Notice> : null}
      {memberships.map((membership) => (
        <MembershipCard membership={membership} timeZone={timeZone} />
      ))}
      {whole === undefined ? null : <Standing reason={whole} />}
      <Reasons
        reasons={reasons.filter((each) => each !== whole)}
        hasMembership={memberships.length > 0 || whole !== undefined}
      />
      <section>
        <h2>Gifts</h2>
        <p>
          <a href={urls.giftRedeem()}>Redeem a code</a> that somebody gave you, or{" "}
          <a href={urls.gift()}>give a membership</a>.
        </p>
      </section>
      {usesSandbox ? (
        <p class="hint sandbox-hint">
          No money moves on this site. <a href={urls.sandbox()}>Look behind the scenes</a>: let a payment fail, or time
          pass.
        </p>
      ) : null}
    </AccountPage>
  );
}

function MembershipCard({ membership, timeZone }: { membership: Membership; timeZone: string }): Html {
  const { subscription, plan, purpose } = membership;
  const { status } = subscription;
  const of = ofQuery(membership);
  const name = plan?.name ?? "Membership";
  return (
    <section class="membership" aria-label={name}>
      {status === "past_due" ? <PaymentFailed membership={membership} timeZone={timeZone} /> : null}
      <div class="membership-card">
        <h2>
          {name}{" "}
          <span class={`state ${isLeaving(subscription) ? "warn" : tones[status]}`}>{stateOf(subscription)}</span>
        </h2>
        <p class="membership-next">
          <WhatNext membership={membership} timeZone={timeZone} />
        </p>
        <div class="membership-acts">
          {isLeaving(subscription) ? (
            <Form action={urls.membershipResume()} kind="inline">
              <Of purpose={purpose} />
              <Submit>{status === "paused" ? "Go on now" : "Keep it after all"}</Submit>
            </Form>
          ) : null}
          {canChange(membership) ? (
            <a class="button" href={urls.membershipChange({}, of)}>
              {purpose === "team" ? "Change seats" : "Change plan"}
            </a>
          ) : null}
          <Form action={urls.membershipPayment()} kind="inline">
            <Of purpose={purpose} />
            <Submit tone="quiet">How I pay</Submit>
          </Form>
          {isLeaving(subscription) || status !== "active" ? null : (
            <a class="button" href={urls.membershipPause({}, of)}>
              Pause
            </a>
          )}
          {subscription.scheduledAction === "cancel" ? null : (
            <a class="button" href={urls.membershipCancel({}, of)}>
              Cancel
            </a>
          )}
        </div>
      </div>
    </section>
  );
}

const tones = { trialing: "good", active: "good", past_due: "bad", paused: "warn", canceled: "warn" } as const;

function stateOf({ status, scheduledAction }: Subscription): string {
  if (scheduledAction === "cancel") return "Ends soon";
  if (scheduledAction === "pause") return "Pauses soon";
  return states[status];
}

const states = {
  trialing: "Free days",
  active: "Active",
  past_due: "Payment failed",
  paused: "Paused",
  canceled: "Ended",
} as const;

/** Which subscription a page is about, in its address. */
export function ofQuery({ purpose }: Pick<Membership, "purpose">): { for?: string } {
  return purpose === "team" ? { for: purpose } : {};
}

/** The same in a form. */
export function Of({ purpose }: { purpose: Membership["purpose"] }): Html | null {
  return purpose === "team" ? <input type="hidden" name="for" value="team" /> : null;
}

/** What a subscription asks for each time: `$150.00 a year`. */
export function renewalWords({ subscription, plan }: Membership): string {
  const amount = formatMoney(subscription.amount, subscription.currency);
  return plan?.interval ? `${amount} ${every[plan.interval]}` : amount;
}

function WhatNext({ membership, timeZone }: { membership: Membership; timeZone: string }): Html {
  const { subscription } = membership;
  const { status, scheduledAction, scheduledAt, trialEndsAt, periodEndsAt, pausedAt } = subscription;
  const day = (at: Date | null): Child =>
    at === null ? "the end of what is paid" : <Day at={at} timeZone={timeZone} />;
  if (scheduledAction === "cancel") {
    return <>Everything stays open until {day(scheduledAt ?? periodEndsAt)}. Nothing more is charged.</>;
  }
  if (scheduledAction === "pause") {
    return <>It rests from {day(scheduledAt ?? periodEndsAt)} on. Until then everything stays open.</>;
  }
  if (status === "paused") {
    return (
      <>
        It has rested since {day(pausedAt)}
        {scheduledAction === "resume" && scheduledAt !== null ? (
          <> and goes on by itself on {day(scheduledAt)}</>
        ) : null}
        . Nothing is charged meanwhile.
      </>
    );
  }
  if (status === "trialing") {
    return (
      <>
        Free until {day(trialEndsAt ?? periodEndsAt)}, then {renewalWords(membership)}.
      </>
    );
  }
  if (status === "past_due") return <>The last payment of {renewalWords(membership)} did not go through.</>;
  return (
    <>
      Renews on {day(periodEndsAt)} for {renewalWords(membership)}.
    </>
  );
}

function PaymentFailed({ membership, timeZone }: { membership: Membership; timeZone: string }): Html {
  return (
    <div class="notice bad" role="alert">
      <strong>Your last payment failed</strong>
      <p>
        Perhaps the card has expired, or the bank said no. Everything stays open until{" "}
        <Day at={mendUntil(membership.subscription)} timeZone={timeZone} />; it is tried again until then.
      </p>
      <Form action={urls.membershipPayment()} kind="inline">
        <Of purpose={membership.purpose} />
        <Submit>Mend the payment</Submit>
      </Form>
    </div>
  );
}

function isMembership({ state, opens, isForSeats }: Reason): boolean {
  return state === "current" && opens === null && !isForSeats;
}

/** What somebody is a member by who pays nothing again and again: paid once, a gift, a seat, a present of the staff. */
function Standing({ reason }: { reason: Reason }): Html {
  return (
    <section class="membership">
      <div class="membership-card">
        <h2>You are a member</h2>
        <p class="membership-next">Everything is open to you {explainReason(reason)}.</p>
        {reason.reason === "" ? null : <p class="hint">{reason.reason}</p>}
      </div>
    </section>
  );
}

function Reasons({ reasons, hasMembership }: { reasons: readonly Reason[]; hasMembership: boolean }): Html | null {
  const [current, coming, over] = [stateIs("current"), stateIs("coming"), stateIs("over")];
  if (current.length + coming.length === 0) {
    if (hasMembership) return null;
    const [last] = over;
    return (
      <EmptyState title={last === undefined ? "You have no membership yet" : `Your ${last.label} has ended`}>
        <p>
          {last === undefined
            ? "It opens everything that is written here, and pays those who write it."
            : "Everything you did is still here, and opens again where you stopped."}
        </p>
        <a class="button primary" href={urls.join()}>
          See what there is
        </a>
      </EmptyState>
    );
  }
  return (
    <section>
      <h2>What is open to you</h2>
      <ul class="reasons">
        {current.map((reason) => (
          <li>
            {reason.opens === null ? "Everything" : reason.label}, {explainReason(reason)}
            {reason.reason === "" ? null : <small>{reason.reason}</small>}
          </li>
        ))}
        {coming.map((reason) => (
          <li>
            From <Day at={reason.startsAt} timeZone="UTC" /> on: {explainReason(reason)}
          </li>
        ))}
      </ul>
    </section>
  );

  function stateIs(wanted: Reason["state"]): Reason[] {
    return reasons.filter(({ state, isForSeats }) => state === wanted && !isForSeats);
  }
}
