import type { CreateAdjustmentLineItem, CreateAdjustmentRequestBody, Paddle } from "@paddle/paddle-node-sdk";

/** What gives a transaction back, or an amount of it, taken from its lines one after the other. */
export async function refundOf(
  paddle: Paddle,
  transactionId: string,
  { amount, reason }: { amount: number | undefined; reason: string },
): Promise<CreateAdjustmentRequestBody> {
  const refund = { action: "refund", transactionId, reason } as const;
  if (amount === undefined) return { ...refund, type: "full" };
  const { details } = await paddle.transactions.get(transactionId);
  const items: CreateAdjustmentLineItem[] = [];
  let rest = amount;
  for (const line of details?.lineItems ?? []) {
    const part = Math.min(rest, Number(line.totals?.total ?? 0));
    if (part > 0) items.push({ itemId: line.id, type: "partial", amount: String(part) });
    rest -= Math.max(part, 0);
  }
  return { ...refund, type: "partial", items };
}
