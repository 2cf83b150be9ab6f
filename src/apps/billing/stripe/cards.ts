import { cardOf, type Card } from "../card.ts";
import type { AskStripe } from "./calls.ts";

const ofCustomer = "customer.invoice_settings.default_payment_method";

/** The card of a subscription, or else its customer's: https://docs.stripe.com/billing/subscriptions/payment-methods-setting */
export async function findCard(ask: AskStripe, subscription: string): Promise<Card | undefined> {
  const expand = ["default_payment_method", ofCustomer];
  const found = await ask((stripe) => stripe.subscriptions.retrieve(subscription, { expand }));
  const { default_payment_method: own, customer } = found;
  const method =
    own ?? (typeof customer === "string" || customer.deleted ? null : customer.invoice_settings.default_payment_method);
  if (method === null || typeof method === "string" || method.card === undefined) return undefined;
  const { brand, last4, exp_month: month, exp_year: year } = method.card;
  return cardOf({ brand, last4, month, year });
}
