import type { SetupStep } from "../provider.ts";
import {
  askEach,
  hasHeard,
  isPublicAddress,
  listPublished,
  sayWhich,
  webhookAddress,
  type Question,
} from "../setup.ts";
import { isLiveKey, type AskStripe, type StripeKeys } from "./calls.ts";
import { eventKinds } from "./webhooks.ts";

/** The steps of docs/payments.md, in their order. */
export async function verifySetup(ask: AskStripe, keys: StripeKeys): Promise<readonly SetupStep[]> {
  return await askEach([
    {
      step: isLiveKey(keys.secretKey) ? "The key is good: money moves" : "The key is good: it is of test mode",
      ask: () => ask((stripe) => stripe.webhookEndpoints.list({ limit: 1 })).then(() => undefined),
    },
    isPublicAddress(),
    { step: "A webhook endpoint leads to this site", ask: () => findWrongEndpoint(ask) },
    { step: "It is told of everything that matters", ask: () => findMissingEvents(ask) },
    { step: "It speaks the version of the API that this site does", ask: () => findOtherVersion(ask) },
    hasSecret(keys),
    { step: "Every price on offer is known to Stripe", ask: () => findWrongPrices(ask) },
    { step: "Readers can mend how they pay", ask: () => findNoPortal(ask) },
    hasHeard("stripe", "Stripe"),
  ]);
}

async function findEndpoint(ask: AskStripe) {
  const { data } = await ask((stripe) => stripe.webhookEndpoints.list({ limit: 100 }));
  return data.find(({ url }) => url === webhookAddress("stripe"));
}

async function findWrongEndpoint(ask: AskStripe): Promise<string | undefined> {
  const found = await findEndpoint(ask);
  if (found === undefined) return `No endpoint has the address ${webhookAddress("stripe")}.`;
  return found.status === "enabled" ? undefined : "The endpoint is switched off.";
}

async function findMissingEvents(ask: AskStripe): Promise<string | undefined> {
  const told = new Set((await findEndpoint(ask))?.enabled_events);
  const missing = told.has("*") ? [] : eventKinds.filter((kind) => !told.has(kind));
  return sayWhich(missing, "The endpoint leaves out");
}

async function findOtherVersion(ask: AskStripe): Promise<string | undefined> {
  const { Stripe } = await import("stripe");
  const spoken = (await findEndpoint(ask))?.api_version;
  if (spoken === Stripe.API_VERSION) return undefined;
  return `It speaks ${spoken ?? "that of the account"}: make an endpoint of version ${Stripe.API_VERSION}.`;
}

// Stripe shows a secret once: an event that was understood shows that it is the right one.
function hasSecret({ webhookSecret }: StripeKeys): Question {
  return {
    step: "The secret of the endpoint is known here",
    ask: async () =>
      webhookSecret === undefined ? "STRIPE_WEBHOOK_SECRET is not set: every event is refused." : undefined,
  };
}

async function findWrongPrices(ask: AskStripe): Promise<string | undefined> {
  const all = await listPublished("stripe");
  if (all.length === 0) return "Nothing is on offer: add a plan with a price.";
  const wrong: string[] = [];
  for (const { name, providerId, article } of all) {
    const known = providerId === undefined ? undefined : await ask((stripe) => stripe.prices.retrieve(providerId));
    const { amount, currency } = article.price;
    if (known?.active !== true || known.unit_amount !== amount || known.currency.toUpperCase() !== currency)
      wrong.push(name);
  }
  return sayWhich(wrong, "Run ./manage payments publish. Stripe does not know");
}

async function findNoPortal(ask: AskStripe): Promise<string | undefined> {
  const { data } = await ask((stripe) => stripe.billingPortal.configurations.list({ is_default: true, limit: 1 }));
  return data[0]?.active === true ? undefined : "Save the settings of the customer portal in Stripe once.";
}
