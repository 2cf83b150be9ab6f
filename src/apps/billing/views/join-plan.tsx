import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import type { Plan, Price } from "#apps/members/schema.ts";
import { Field, Form, FormError } from "#ui/form.tsx";
import { Layout } from "#ui/layout.tsx";
import { Notice } from "#ui/messages.tsx";
import { Breadcrumbs } from "#ui/navigation.tsx";
import { urls } from "#urls.ts";
import { mostSeats } from "../checkouts.ts";
import { couponWords, takenOff } from "../coupons.ts";
import { countryName } from "../numbers/words.ts";
import type { PricePreview } from "../provider.ts";
import type { Coupon } from "../schema.ts";
import { every, Sum, type Line } from "./money-parts.tsx";

export interface JoinPlanPageProps {
  plan: Plan;
  price: Price;
  /** The currency that was chosen, if one was. */
  currency: string | undefined;
  quantity: number;
  coupon: Coupon | undefined;
  /** Where the buyer is, as far as we know (ISO 3166-1), and what is paid there, as far as the provider says. */
  country: string;
  preview: PricePreview | undefined;
  /** Whether the free days of the plan are for this buyer. */
  hasTrial: boolean;
  /** Who is signed in; undefined for nobody. */
  buyer: { name: string; address: string } | undefined;
  /** Who takes the money. */
  provider: { label: string; isLive: boolean };
  /** Why it cannot be bought by this reader, and where to go on. */
  refusal: string | undefined;
  next: string;
  values: FormValues;
  errors?: FormErrors;
}

/** What is about to be bought, for how much and by whom. */
export function JoinPlanPage(props: JoinPlanPageProps): Html {
  const { plan, refusal, buyer, next } = props;
  return (
    <Layout title={`Join: ${plan.name}`} robots="noindex" styles={["billing.css"]}>
      <Breadcrumbs links={[{ name: "Join", href: urls.join({}, { next }) }]} />
      <div class="checkout">
        <header>
          <h1>{plan.name}</h1>
          {plan.summary ? <p class="checkout-lede">{plan.summary}</p> : null}
        </header>
        <Summary {...props} />
        <div class="checkout-main">
          {refusal === undefined ? (
            buyer === undefined ? (
              <WhoAreYou {...props} />
            ) : (
              <OrderForm {...props} />
            )
          ) : (
            <Notice tone="info" title="There is nothing to buy">
              {refusal}{" "}
              <a href={plan.kind === "team" ? urls.teamSeats() : urls.membership()}>
                {plan.kind === "team" ? "To your team" : "To your membership"}
              </a>
            </Notice>
          )}
        </div>
      </div>
    </Layout>
  );
}

function WhoAreYou({ plan, currency, values, next }: JoinPlanPageProps): Html {
  const here = urls.joinPlan({ plan: plan.slug }, { currency, coupon: values.coupon, quantity: values.quantity, next });
  return (
    <section class="who">
      <h2>First, an account</h2>
      <p>It remembers what you have bought and where you stopped reading. A mail address is all that it needs.</p>
      <p class="gate-ways">
        <a class="button primary" href={urls.register({}, { next: here })} rel="nofollow">
          Create an account
        </a>
        <a class="button" href={urls.signIn({}, { next: here })} rel="nofollow">
          Sign in
        </a>
      </p>
    </section>
  );
}

function OrderForm(props: JoinPlanPageProps): Html {
  const { plan, price, currency, quantity, coupon, buyer, provider, hasTrial, next, values, errors = {} } = props;
  return (
    <Form action={urls.joinPlan({ plan: plan.slug })}>
      <FormError errors={errors} />
      <input type="hidden" name="price" value={String(price.id)} />
      <input type="hidden" name="currency" value={currency ?? ""} />
      <input type="hidden" name="next" value={next} />
      {plan.kind === "team" ? (
        <Field
          label="Seats"
          name="quantity"
          type="number"
          inputmode="numeric"
          values={{ quantity: values.quantity ?? String(quantity) }}
          errors={errors}
          hint={`How many of you shall read, 1 to ${mostSeats}. You can add more later.`}
        />
      ) : null}
      <div class="with-button">
        <Field
          label="Coupon"
          name="coupon"
          values={values}
          errors={errors}
          autocomplete="off"
          maxlength={60}
          hint={coupon === undefined ? "If you have one." : couponWords(coupon, plan.interval !== null)}
        />
        <button class="button" type="submit" name="update" value="yes">
          {plan.kind === "team" ? "Update" : "Apply"}
        </button>
      </div>
      <div class="who-pays">
        <p>
          You buy as <strong>{buyer?.name || buyer?.address}</strong>
          {buyer?.name ? <span class="address"> ({buyer.address})</span> : null}.
        </p>
        <p class="hint">
          {provider.isLive
            ? `You pay at ${provider.label}, where your card is entered. We never see it.`
            : "This site takes no real money yet: the next page only plays a payment."}
        </p>
      </div>
      <button class="button primary" type="submit">
        {hasTrial ? `Start ${plan.trialDays} free days` : "Continue to payment"}
      </button>
    </Form>
  );
}

function Summary({ plan, price, quantity, coupon, hasTrial, country, preview }: JoinPlanPageProps): Html {
  const { currency } = price;
  const amount = price.amount * quantity;
  const off = coupon === undefined ? 0 : takenOff(coupon, amount);
  const total = preview?.total ?? amount - off;
  // Where prices have it in them nothing is added.
  const tax = total - (amount - off);
  const lines: Line[] = [
    { label: quantity === 1 ? plan.name : `${plan.name}, ${quantity} seats`, amount, currency },
    ...(off > 0 ? [{ label: `Coupon ${coupon?.code}`, amount: -off, currency }] : []),
    ...(tax > 0 ? [{ label: `Tax in ${countryName(country)}`, amount: tax, currency }] : []),
    ...(hasTrial ? [{ label: `${plan.trialDays} days free`, amount: -total, currency }] : []),
  ];
  return (
    <aside class="checkout-summary" aria-label="What you pay">
      <Sum lines={lines} total={{ label: "Due today", amount: hasTrial ? 0 : total, currency }} />
      <p class="hint">{taxHint(country, preview)}</p>
      <p>{afterwards({ plan, price, quantity, coupon, hasTrial, preview })}</p>
    </aside>
  );
}

function taxHint(country: string, preview: PricePreview | undefined): string {
  if (preview === undefined) return "Taxes are added where the law asks for them, and shown before you pay.";
  const place = countryName(country);
  if (preview.tax === 0) return `No tax is added in ${place}. Where you pay from decides.`;
  return `With the tax of ${place}. Where you pay from decides.`;
}

type Bought = Pick<JoinPlanPageProps, "plan" | "price" | "quantity" | "coupon" | "hasTrial" | "preview">;

function afterwards({ plan, price, quantity, coupon, hasTrial, preview }: Bought): string {
  if (plan.interval === null) return "Paid once. There is nothing to renew.";
  // What a coupon takes off is not known of the payments after it, and so neither is the tax.
  const full = coupon === undefined && preview !== undefined ? preview.total : price.amount * quantity;
  const renewal = `${formatMoney(full, price.currency)} ${every[plan.interval]}`;
  const first = hasTrial ? `After ${plan.trialDays} days` : `From the next ${plan.interval} on`;
  const sentence = coupon === undefined ? `${first}: ${renewal}.` : `The plan is ${renewal}; ${couponWords(coupon)}.`;
  return `${sentence} It renews until you leave, which takes two clicks.`;
}
