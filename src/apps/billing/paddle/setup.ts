import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { ProviderError, type SetupStep } from "../provider.ts";
import {
  askEach,
  hasHeard,
  isPublicAddress,
  listPublished,
  sayWhich,
  webhookAddress,
  type Question,
} from "../setup.ts";
import { isLiveKey, PaddleRefusal, type AskPaddle, type PaddleKeys } from "./calls.ts";
import { eventKinds } from "./webhooks.ts";

/** The steps of docs/payments.md, in their order. */
export async function verifySetup(ask: AskPaddle, keys: PaddleKeys): Promise<readonly SetupStep[]> {
  return await askEach([
    isGoodKey(ask, keys),
    isGoodToken(keys),
    isPublicAddress(),
    leadsHere(ask),
    tellsAll(ask),
    hasSecret(ask, keys),
    { step: "Every price on offer is known to Paddle", ask: () => findWrongPrices(ask) },
    { step: "What is sold is on sale at Paddle", ask: () => findWrongProducts(ask) },
    { step: "The default payment link leads to this site", ask: () => findWrongLink(ask) },
    hasHeard("paddle", "Paddle"),
  ]);
}

function isGoodKey(ask: AskPaddle, { apiKey }: PaddleKeys): Question {
  return {
    step: isLiveKey(apiKey) ? "The API key is good: money moves" : "The API key is good: it is of Paddle's own sandbox",
    ask: async () => {
      try {
        await ask((paddle) => paddle.notificationSettings.list({ perPage: 1 }));
        return undefined;
      } catch (error) {
        if (!(error instanceof PaddleRefusal) || error.reason !== "refused") throw error;
        return `PADDLE_API_KEY opens nothing, or lacks a permission of those that docs/payments.md names. ${error.message}`;
      }
    },
  };
}

function isGoodToken({ apiKey, clientToken }: PaddleKeys): Question {
  return {
    step: "The client-side token is of the same kind as the key",
    ask: async () => {
      if (clientToken === undefined) return "PADDLE_CLIENT_TOKEN is not set: no checkout can open.";
      if (clientToken.startsWith("live_") === isLiveKey(apiKey)) return undefined;
      return "Of PADDLE_API_KEY and PADDLE_CLIENT_TOKEN one is live and the other is not.";
    },
  };
}

async function findDestination(ask: AskPaddle) {
  const wanted = webhookAddress("paddle");
  const all = await ask((paddle) => paddle.notificationSettings.list({ perPage: 200 }));
  return all.find(({ destination, type }) => type === "url" && destination === wanted);
}

function leadsHere(ask: AskPaddle): Question {
  return {
    step: "A notification destination leads to this site",
    ask: async () => {
      const found = await findDestination(ask);
      if (found === undefined) return `No destination has the address ${webhookAddress("paddle")}.`;
      if (!found.active) return "The destination is switched off.";
      return found.trafficSource === "simulation" ? "The destination is for simulations alone." : undefined;
    },
  };
}

function tellsAll(ask: AskPaddle): Question {
  return {
    step: "It is told of everything that matters",
    ask: async () => {
      const told = new Set<string>((await findDestination(ask))?.subscribedEvents.map(({ name }) => name));
      const missing = Object.keys(eventKinds).filter((kind) => !told.has(kind));
      return sayWhich(missing, "The destination leaves out");
    },
  };
}

function hasSecret(ask: AskPaddle, { webhookSecret }: PaddleKeys): Question {
  return {
    step: "The secret of the destination is known here",
    ask: async () => {
      if (webhookSecret === undefined) return "PADDLE_WEBHOOK_SECRET is not set: every event is refused.";
      const found = await findDestination(ask);
      if (found === undefined) return "There is no destination yet.";
      return found.endpointSecretKey === webhookSecret ? undefined : "PADDLE_WEBHOOK_SECRET is that of another one.";
    },
  };
}

async function pricesAtPaddle(ask: AskPaddle) {
  const published = await listPublished("paddle");
  const all = await ask((paddle) => Array.fromAsync(paddle.prices.list({ perPage: 200, include: ["product"] })));
  const byId = new Map(all.map((price) => [price.id, price]));
  return published.map((each) => ({ ...each, known: byId.get(each.providerId ?? "") }));
}

async function findWrongPrices(ask: AskPaddle): Promise<string | undefined> {
  const all = await pricesAtPaddle(ask);
  if (all.length === 0) return "Nothing is on offer: add a plan with a price.";
  const wrong = all.filter(({ known, article: { price } }) => {
    if (known === undefined || known.status !== "active") return true;
    return known.unitPrice.amount !== String(price.amount) || known.unitPrice.currencyCode !== price.currency;
  });
  return sayWhich(
    wrong.map(({ name }) => name),
    "Run ./manage payments publish. Paddle does not know",
  );
}

async function findWrongProducts(ask: AskPaddle): Promise<string | undefined> {
  const all = await pricesAtPaddle(ask);
  if (all.every(({ known }) => known === undefined)) return "No price is published yet.";
  const archived = all.filter(({ known }) => known?.product && known.product.status !== "active");
  return sayWhich([...new Set(archived.map(({ name }) => name))], "Archived at Paddle");
}

// Only a transaction shows the link that Paddle has: one is begun that nobody will pay.
async function findWrongLink(ask: AskPaddle): Promise<string | undefined> {
  const priceId = (await listPublished("paddle")).find(({ providerId }) => providerId !== undefined)?.providerId;
  if (priceId === undefined) return "No price is published yet.";
  const wanted = config.BASE_URL + urls.payment();
  try {
    const { checkout } = await ask((paddle) => paddle.transactions.create({ items: [{ priceId, quantity: 1 }] }));
    const url = checkout?.url ?? "";
    return url.startsWith(wanted)
      ? undefined
      : `It leads to ${url.replace(/\?.*/, "") || "nowhere"}, not to ${wanted}.`;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.reason === "unreachable") throw error;
    return `Paddle begins no transaction. Set it to ${wanted}. ${error.message}`;
  }
}
