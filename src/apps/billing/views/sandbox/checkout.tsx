import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { Choice, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { countryName } from "../../numbers/words.ts";
import type { Bill } from "../../sandbox/checkouts.ts";
import { countries } from "../../sandbox/pricing.ts";
import { Sum } from "../money-parts.tsx";
import { SandboxLayout } from "./parts.tsx";

/** How a payment goes. `asks`: the bank asks its owner first. */
export const ways = ["good", "declined", "asks", "fails-later"] as const;

/** What a payment provider's checkout looks like, with how it goes to choose in the place of a card. */
export function CheckoutPage({ bill, back, isDeclined = false }: CheckoutPageProps): Html {
  const { checkout, price, sum } = bill;
  return (
    <SandboxLayout title={`Pay for ${price.name}`}>
      <div class="checkout">
        <section class="checkout-bill" aria-labelledby="what">
          <h1 id="what">{price.name}</h1>
          <p class="checkout-amount">
            {checkout.trialDays > 0 ? formatMoney(0, price.currency) : formatMoney(sum.total, price.currency)}
            <small>{dueWords(bill)}</small>
          </p>
          <BillSum {...bill} />
          <form class="checkout-country" action={urls.sandboxCheckout({ id: checkout.id })}>
            <div class="field">
              <label for="country">Country</label>
              <select class="input" id="country" name="country">
                {countries
                  .map((code) => ({ code, name: countryName(code) }))
                  .toSorted((one, other) => one.name.localeCompare(other.name))
                  .map(({ code, name }) => (
                    <option value={code} selected={code === checkout.country}>
                      {name}
                    </option>
                  ))}
              </select>
            </div>
            <button class="button" type="submit">
              Show its tax
            </button>
          </form>
        </section>
        <section class="checkout-pay" aria-labelledby="how">
          <h2 id="how">How shall it go?</h2>
          {isDeclined ? (
            <Notice tone="bad" title="The card was declined.">
              Nothing was charged. Try another one.
            </Notice>
          ) : null}
          <Form action={urls.sandboxCheckout({ id: checkout.id })}>
            <input type="hidden" name="country" value={checkout.country} />
            <fieldset class="choices">
              <legend>The card</legend>
              <Choice type="radio" name="way" value="good" checked={!isDeclined} label="The card is good" />
              <Choice
                type="radio"
                name="way"
                value="declined"
                checked={isDeclined}
                label="The card is declined"
                hint="Nothing is bought."
              />
              <Choice
                type="radio"
                name="way"
                value="asks"
                label="The bank asks first"
                hint="One more step, as with 3-D Secure."
              />
              {price.interval === undefined ? null : (
                <Choice
                  type="radio"
                  name="way"
                  value="fails-later"
                  label="The card is good once"
                  hint="The next payment fails."
                />
              )}
            </fieldset>
            <Submit>{payWords(bill)}</Submit>
          </Form>
          <p>
            <a href={back}>Go back without paying</a>
          </p>
        </section>
      </div>
    </SandboxLayout>
  );
}

interface CheckoutPageProps {
  bill: Bill;
  /** Where the buyer came from. */
  back: string;
  isDeclined?: boolean;
}

/** What a bank shows before it lets a payment through. */
export function BankPage({ bill: { checkout, price, sum } }: { bill: Bill }): Html {
  const answer = (way: "good" | "declined", label: string): Html => (
    <Form action={urls.sandboxCheckout({ id: checkout.id })} kind="inline">
      <input type="hidden" name="country" value={checkout.country} />
      <input type="hidden" name="way" value={way} />
      <button class={way === "good" ? "button primary" : "button"} type="submit">
        {label}
      </button>
    </Form>
  );
  return (
    <SandboxLayout title="Your bank asks">
      <div class="sandbox-step">
        <h1>Is it you?</h1>
        <p>
          This is the page of a bank. Somebody wants to pay {formatMoney(sum.total, price.currency)} for {price.name}
          {checkout.trialDays > 0 ? ` in ${checkout.trialDays} days` : ""}.
        </p>
        <div class="sandbox-deeds">
          {answer("good", "It is me")}
          {answer("declined", "It is not")}
        </div>
      </div>
    </SandboxLayout>
  );
}

/** Of a checkout that was paid before. */
export function PaidPage({ next }: { next: string }): Html {
  return (
    <SandboxLayout title="This is paid">
      <div class="sandbox-step">
        <h1>This is paid</h1>
        <p>It cannot be paid twice.</p>
        <a class="button primary" href={next}>
          Go on
        </a>
      </div>
    </SandboxLayout>
  );
}

function BillSum({ checkout, price, discount, sum }: Bill): Html {
  const { currency } = price;
  const quantity = checkout.quantity === 1 ? "" : ` × ${checkout.quantity}`;
  const whole = { label: `${price.name}${quantity}`, amount: sum.net + sum.discount, currency };
  const off = { label: `With the coupon ${discount?.coupon.replace("dsc_", "")}`, amount: -sum.discount, currency };
  const tax = { label: `Tax in ${countryName(checkout.country)}`, amount: sum.tax, currency };
  const label = checkout.trialDays > 0 ? `In ${checkout.trialDays} days` : "Total";
  return (
    <Sum lines={[whole, ...(sum.discount > 0 ? [off] : []), tax]} total={{ label, amount: sum.total, currency }} />
  );
}

function dueWords({ checkout, price }: Bill): string {
  if (price.interval === undefined) return "once";
  return checkout.trialDays > 0 ? `for ${checkout.trialDays} days` : `every ${price.interval}`;
}

function payWords({ checkout, price, sum }: Bill): string {
  return checkout.trialDays > 0 ? "Begin the trial" : `Pay ${formatMoney(sum.total, price.currency)}`;
}
