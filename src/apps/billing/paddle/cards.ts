import { cardOf, type Card } from "../card.ts";
import type { AskPaddle } from "./calls.ts";

/** More payments than are tried for one period, with as many changes of the card. */
const mostLookedAt = 30;

/**
 * The card that a subscription was paid with last, or that was named since. Paddle says it of payments: naming another card is
 * a payment too, of nothing.
 */
export async function findCard(ask: AskPaddle, subscription: string): Promise<Card | undefined> {
  const wanted = { subscriptionId: [subscription], orderBy: "id[DESC]", perPage: mostLookedAt };
  const newest = await ask((paddle) => paddle.transactions.list(wanted).next());
  const paid = newest
    .filter(({ status }) => status === "completed" || status === "paid")
    .flatMap(({ payments }) => payments.filter(({ status }) => status === "captured" || status === "authorized"));
  const [last] = paid.toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  const card = last?.methodDetails?.card;
  if (!card) return undefined;
  return cardOf({ brand: card.type, last4: card.last4, month: card.expiryMonth, year: card.expiryYear });
}
