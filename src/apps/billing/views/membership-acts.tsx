import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { AccountPage } from "#apps/accounts/parts.tsx";
import { describePrice } from "#apps/members/prices.ts";
import { Choice, Field, Form, FormError, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { couponWords } from "../coupons.ts";
import type { Alternative, Membership } from "../memberships.ts";
import { mostSeats } from "../checkouts.ts";
import type { ChangePreview } from "../provider.ts";
import type { Coupon } from "../schema.ts";
import { Day } from "./day.tsx";
import { Of, ofQuery } from "./membership.tsx";
import { every } from "./money-parts.tsx";

/** A page about one thing to do with a membership, and the way back. */
function ActPage({ title, children }: { title: string; children: Child }): Html {
  return (
    <AccountPage title={title} current={urls.membership()} styles={["billing.css"]}>
      {children}
      <p class="way-back">
        <a href={urls.membership()}>Back to your membership</a>
      </p>
    </AccountPage>
  );
}

interface ChangePageProps {
  membership: Membership;
  alternatives: readonly Alternative[];
  /** What was chosen, and what it would cost. */
  chosen: (Alternative & { quantity: number; preview: ChangePreview }) | undefined;
  timeZone: string;
  errors?: FormErrors;
  values?: FormValues;
}

/** Another plan, or another number of seats: first what it costs, then the deed. */
export function ChangePage(props: ChangePageProps): Html {
  const { membership, alternatives, chosen, timeZone, errors = {}, values = {} } = props;
  const { purpose, subscription, plan } = membership;
  const isTeam = purpose === "team";
  const title = isTeam ? "Change seats" : "Change plan";
  if (alternatives.length === 0) {
    return (
      <ActPage title={title}>
        <p>There is no other plan at the moment.</p>
      </ActPage>
    );
  }
  return (
    <ActPage title={title}>
      <FormError errors={errors} />
      <p>
        You have the plan <strong>{plan?.name ?? "of before"}</strong>
        {isTeam ? ` with ${subscription.quantity} ${subscription.quantity === 1 ? "seat" : "seats"}` : ""}. You are
        shown what a change costs before it happens.
      </p>
      <form class="form" method="get" action={urls.membershipChange()}>
        <Of purpose={purpose} />
        {isTeam && alternatives.length === 1 ? (
          <input type="hidden" name="price" value={String(alternatives[0]?.price.id)} />
        ) : (
          <fieldset class="choices">
            <legend>{isTeam ? "Plan" : "Change to"}</legend>
            {alternatives.map(({ plan: other, price }, index) => (
              <Choice
                type="radio"
                name="price"
                value={String(price.id)}
                checked={chosen === undefined ? index === 0 : price.id === chosen.price.id}
                label={other.name}
                hint={describePrice({ ...price, ...other })}
              />
            ))}
          </fieldset>
        )}
        {isTeam ? (
          <Field
            label="Seats"
            name="quantity"
            type="number"
            inputmode="numeric"
            values={{ quantity: values.quantity ?? String(chosen?.quantity ?? subscription.quantity) }}
            errors={errors}
            hint={`1 to ${mostSeats}`}
          />
        ) : null}
        <Submit tone={chosen === undefined ? "primary" : "quiet"}>See what it costs</Submit>
      </form>
      {chosen === undefined ? null : <Preview {...chosen} purpose={purpose} timeZone={timeZone} />}
    </ActPage>
  );
}

type PreviewProps = Alternative & {
  quantity: number;
  preview: ChangePreview;
  purpose: Membership["purpose"];
  timeZone: string;
};

function Preview({ plan, price, quantity, preview, purpose, timeZone }: PreviewProps): Html {
  const { currency, dueNow, recurring, nextBilledAt } = preview;
  const then = plan.interval === null ? "" : ` ${every[plan.interval]}`;
  return (
    <section class="preview" aria-label="What it costs">
      <h2>{purpose === "team" ? `${plan.name}, ${quantity} ${quantity === 1 ? "seat" : "seats"}` : plan.name}</h2>
      <dl class="sum">
        <div class="total">
          <dt>{dueNow < 0 ? "Credited to your next payments" : "Due now"}</dt>
          <dd>{formatMoney(Math.abs(dueNow), currency)}</dd>
        </div>
        <div>
          <dt>
            {nextBilledAt === null ? (
              "From then on"
            ) : (
              <>
                From <Day at={nextBilledAt} timeZone={timeZone} /> on
              </>
            )}
          </dt>
          <dd>
            {formatMoney(recurring, currency)}
            {then}
          </dd>
        </div>
      </dl>
      <Form action={urls.membershipChange()}>
        <Of purpose={purpose} />
        <input type="hidden" name="price" value={String(price.id)} />
        <input type="hidden" name="quantity" value={String(quantity)} />
        <Submit>{dueNow > 0 ? `Change and pay ${formatMoney(dueNow, currency)}` : "Change"}</Submit>
      </Form>
    </section>
  );
}

interface PausePageProps {
  membership: Membership;
  timeZone: string;
  errors?: FormErrors;
}

/** For so many months it can rest. */
export const pauseMonths = [1, 2, 3, 6] as const;

export function PausePage({ membership, timeZone, errors = {} }: PausePageProps): Html {
  const { subscription, purpose } = membership;
  const { periodEndsAt } = subscription;
  return (
    <ActPage title="Pause your membership">
      <p>
        What you have paid for stays open
        {periodEndsAt === null ? null : (
          <>
            {" "}
            until <Day at={periodEndsAt} timeZone={timeZone} />
          </>
        )}
        . Then it rests, and nothing is charged until it goes on.
      </p>
      <Form action={urls.membershipPause()}>
        <FormError errors={errors} />
        <Of purpose={purpose} />
        <fieldset class="choices">
          <legend>How long shall it rest?</legend>
          {pauseMonths.map((months, index) => (
            <Choice
              type="radio"
              name="months"
              value={String(months)}
              checked={index === 0}
              label={months === 1 ? "A month" : `${months} months`}
            />
          ))}
          <Choice type="radio" name="months" value="" label="Until I come back" />
        </fieldset>
        <Submit>Pause it</Submit>
      </Form>
    </ActPage>
  );
}

/** Why somebody leaves, as far as they want to say. */
export const leavingReasons = [
  ["price", "It costs too much"],
  ["time", "I have no time for it"],
  ["missing", "What I look for is not there"],
  ["done", "I have learnt what I wanted"],
  ["other", "Something else"],
] as const;

interface CancelPageProps {
  membership: Membership;
  offer: Coupon | undefined;
  timeZone: string;
  errors?: FormErrors;
}

/** One page, one button; the question need not be answered. */
export function CancelPage({ membership, offer, timeZone, errors = {} }: CancelPageProps): Html {
  const { subscription, purpose } = membership;
  const { trialEndsAt, periodEndsAt, status } = subscription;
  const until = status === "trialing" ? (trialEndsAt ?? periodEndsAt) : periodEndsAt;
  return (
    <ActPage title={purpose === "team" ? "Cancel the team plan" : "Cancel your membership"}>
      <p>
        {status === "past_due" || status === "paused" ? (
          "Nothing more is charged. "
        ) : (
          <>
            Everything stays open
            {until === null ? null : (
              <>
                {" "}
                until <Day at={until} timeZone={timeZone} />
              </>
            )}
            , and nothing more is charged.{" "}
          </>
        )}
        Your account stays, with all that you have read.
      </p>
      <Form action={urls.membershipCancel()}>
        <FormError errors={errors} />
        <Of purpose={purpose} />
        <fieldset class="choices">
          <legend>Why do you leave? You need not say.</legend>
          {leavingReasons.map(([value, label]) => (
            <Choice type="radio" name="reason" value={value} label={label} />
          ))}
        </fieldset>
        <Field label="What could be better?" name="words" rows={3} maxlength={1000} />
        <Submit tone="bad">{purpose === "team" ? "Cancel the team plan" : "Cancel my membership"}</Submit>
      </Form>
      <StayOffer membership={membership} offer={offer} />
    </ActPage>
  );
}

function StayOffer({ membership, offer }: { membership: Membership; offer: Coupon | undefined }): Html | null {
  const { subscription, purpose } = membership;
  if (offer !== undefined) {
    return (
      <aside class="offer stay" aria-label="An offer">
        <p>
          <strong>Or stay for less:</strong> {couponWords(offer).replace("the first ", "the next ")}.
        </p>
        <div class="offer-answers">
          <Form action={urls.membershipOffer()} kind="inline">
            <Of purpose={purpose} />
            <Submit tone="quiet">Take it and stay</Submit>
          </Form>
        </div>
      </aside>
    );
  }
  if (subscription.status !== "active") return null;
  return (
    <aside class="offer stay" aria-label="An offer">
      <p>
        <strong>Or let it rest.</strong> Nothing is charged while it does, and you keep the price you have.
      </p>
      <div class="offer-answers">
        <a class="button" href={urls.membershipPause({}, ofQuery(membership))}>
          Pause instead
        </a>
      </div>
    </aside>
  );
}

/** Where there is nothing to do it with. */
export function NoMembershipPage({ title }: { title: string }): Html {
  return (
    <ActPage title={title}>
      <Notice>
        There is no membership that this can be done with. <a href={urls.join()}>See what there is</a>.
      </Notice>
    </ActPage>
  );
}
