import type { AdjustmentStatus, SubscriptionStatus, TransactionStatus } from "../names.ts";

/** How states of a thing follow each other: `ends` are those that it does not come back from, the last one counting most. */
export interface Order<Status extends string> {
  states: readonly Status[];
  ends: readonly Status[];
}

export const subscriptionOrder: Order<SubscriptionStatus> = {
  states: ["trialing", "active", "past_due", "paused", "canceled"],
  ends: ["canceled"],
};

export const transactionOrder: Order<TransactionStatus> = {
  states: ["open", "past_due", "failed", "canceled", "paid", "completed"],
  ends: ["canceled", "completed"],
};

export const adjustmentOrder: Order<AdjustmentStatus> = {
  states: ["pending", "approved", "rejected", "reversed"],
  ends: ["rejected", "reversed"],
};

export interface State<Status extends string> {
  status: Status;
  occurredAt: Date;
}

/**
 * Below zero when what is said was so before what is known, above zero when it was so later; zero when nobody can tell. It is an
 * order, so the same facts lead to the same end however they come: an end counts more than any time, a time more than a
 * state, and of two states at one time the later one counts.
 */
export function compareStates<Status extends string>(
  { states, ends }: Order<Status>,
  known: State<Status>,
  said: State<Status>,
): number {
  return (
    ends.indexOf(said.status) - ends.indexOf(known.status) ||
    said.occurredAt.getTime() - known.occurredAt.getTime() ||
    states.indexOf(said.status) - states.indexOf(known.status)
  );
}

/** Whether the known state is one that it does not come back from, and what is said is another. */
export function hasEnded<Status extends string>({ ends }: Order<Status>, known: Status, said: Status): boolean {
  return ends.indexOf(said) < ends.indexOf(known);
}

/** A field in which what is known differs from what is said. */
export interface Change {
  field: string;
  ours: string;
  theirs: string;
}

/** The fields in which a row differs from what is said of it. */
export function differences(row: object, said: object): Change[] {
  return Object.entries(said).flatMap(([field, value]) => {
    const [ours, theirs] = [inWords(Reflect.get(row, field)), inWords(value)];
    return ours === theirs ? [] : [{ field, ours, theirs }];
  });
}

function inWords(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
}
