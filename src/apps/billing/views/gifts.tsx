import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Plan, Price } from "#apps/members/schema.ts";
import { formatPrice } from "#lib/money.ts";
import { Choice, Field, Form, FormError, Submit } from "#ui/form.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import type { Given } from "../gifts.ts";
import { Day } from "./day.tsx";

export const lengths = { month: "A month", year: "A year" } as const;

export interface GiftPageProps {
  plans: readonly { plan: Plan; price: Price }[];
  /** What the viewer has given; undefined for who is not signed in. */
  given: readonly Given[] | undefined;
  timeZone: string;
  /** The first and the last day on which it can be delivered. */
  days: { first: string; last: string };
  values?: FormValues;
  errors?: FormErrors;
}

/** A membership for somebody else: paid once, and it never renews. */
export function GiftPage(props: GiftPageProps): Html {
  const { plans, given, timeZone } = props;
  return (
    <Layout
      title="Give a membership"
      description={`A membership of ${config.SITE_NAME} for somebody else: paid once, and it never renews.`}
      canonical={urls.gift()}
      styles={["billing.css"]}
    >
      <header class="intro">
        <h1>Give somebody a reading room</h1>
        <p>Paid once, delivered on the day that you choose, and it never renews. The code has no last day.</p>
      </header>
      {plans.length === 0 ? (
        <EmptyState title="There is nothing to give at the moment" />
      ) : given === undefined ? (
        <WhoGives plans={plans} />
      ) : (
        <GiftForm {...props} />
      )}
      {given === undefined || given.length === 0 ? null : <GivenList given={given} timeZone={timeZone} />}
      <p class="join-small">
        Has somebody given one to you? <a href={urls.giftRedeem()}>Redeem your code</a>.
      </p>
    </Layout>
  );
}

function WhoGives({ plans }: Pick<GiftPageProps, "plans">): Html {
  return (
    <section class="who">
      <ul class="gift-lengths">
        {plans.map(({ plan, price }) => (
          <li>
            <strong>{formatPrice(price.amount, price.currency)}</strong> {lengthOf(plan)}
          </li>
        ))}
      </ul>
      <p class="gate-ways">
        <a class="button primary" href={urls.register({}, { next: urls.gift() })} rel="nofollow">
          Create an account
        </a>
        <a class="button" href={urls.signIn({}, { next: urls.gift() })} rel="nofollow">
          Sign in
        </a>
      </p>
      <p class="hint">So that the receipt, and the code, find you.</p>
    </section>
  );
}

function lengthOf({ interval }: Plan): string {
  return interval === null ? "" : lengths[interval];
}

function GiftForm({ plans, days, values = {}, errors = {} }: GiftPageProps): Html {
  const chosen = values.price ?? String(plans.at(-1)?.price.id);
  return (
    <Form action={urls.gift()}>
      <FormError errors={errors} />
      <fieldset class="choices">
        <legend>How long?</legend>
        {plans.map(({ plan, price }) => (
          <Choice
            type="radio"
            name="price"
            value={String(price.id)}
            checked={String(price.id) === chosen}
            label={lengthOf(plan)}
            hint={formatPrice(price.amount, price.currency)}
          />
        ))}
      </fieldset>
      <Field
        label="For whom?"
        name="recipient"
        type="email"
        inputmode="email"
        autocomplete="off"
        values={values}
        errors={errors}
        maxlength={254}
        hint="Their mail address. Leave it empty to hand on the code yourself."
      />
      <Field
        label="On which day?"
        name="day"
        type="date"
        values={{ day: values.day ?? days.first }}
        errors={errors}
        hint="In the morning of that day, by the clock of UTC; today is at once."
      />
      <Field
        label="A few words"
        name="message"
        rows={4}
        values={values}
        errors={errors}
        maxlength={500}
        hint="They stand in the mail."
      />
      <Submit>Continue to payment</Submit>
    </Form>
  );
}

function GivenList({ given, timeZone }: { given: readonly Given[]; timeZone: string }): Html {
  return (
    <section class="section given" aria-labelledby="given">
      <h2 id="given">What you have given</h2>
      <ul class="given-list">
        {given.map((gift) => (
          <li>
            <span>
              {gift.plan ?? "Membership"}
              {gift.recipientAddress === "" ? null : <small class="address">for {gift.recipientAddress}</small>}
            </span>
            <span>
              {gift.redeemedAt === null && gift.revokedAt === null ? <code>{gift.code}</code> : null}
              <small>
                <GiftState gift={gift} timeZone={timeZone} />
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function GiftState({ gift, timeZone }: { gift: Given; timeZone: string }): Html {
  const { revokedAt, redeemedAt, deliveredAt, deliverAt, recipientAddress } = gift;
  if (revokedAt !== null) return <>given back</>;
  if (redeemedAt !== null) {
    return (
      <>
        redeemed on <Day at={redeemedAt} timeZone={timeZone} />
      </>
    );
  }
  if (deliveredAt !== null) {
    return (
      <>
        sent on <Day at={deliveredAt} timeZone={timeZone} />
      </>
    );
  }
  if (recipientAddress === "" || deliverAt === null) return <>not redeemed yet</>;
  return (
    <>
      is sent on <Day at={deliverAt} timeZone={timeZone} />
    </>
  );
}

export interface RedeemPageProps {
  code: string;
  isSignedIn: boolean;
  error?: string | undefined;
}

export function RedeemPage({ code, isSignedIn, error }: RedeemPageProps): Html {
  const here = urls.giftRedeem({}, { code });
  return (
    <Layout title="Redeem a gift" robots="noindex" styles={["account.css"]}>
      <div class="door">
        <h1>Open your gift</h1>
        {isSignedIn ? (
          <>
            <p>If you are a member already, it begins when what you have is over.</p>
            <Form action={urls.giftRedeem()}>
              <Field
                label="Code"
                name="code"
                values={{ code }}
                errors={error === undefined ? {} : { code: error }}
                autocomplete="off"
                maxlength={40}
                placeholder="7KQ2M-X4D9T-0HVBN"
                required
              />
              <Submit>Redeem it</Submit>
            </Form>
          </>
        ) : (
          <>
            <p>It needs an account to belong to. A mail address is all that takes.</p>
            <div class="door-ways">
              <a class="button primary" href={urls.register({}, { next: here })} rel="nofollow">
                Create an account
              </a>
              <a class="button" href={urls.signIn({}, { next: here })} rel="nofollow">
                Sign in
              </a>
            </div>
          </>
        )}
      </div>
    </Layout>
  );
}
