import { and, desc, eq, getColumns, isNull, lt, or, type SQL } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { ProviderName } from "./names.ts";
import { paymentEvents, webhookOutcomes, type PaymentEvent } from "./schema.ts";

/** What became of an event, for who looks for one: `waiting` for what nothing was done about yet. */
export const eventStates = ["waiting", ...webhookOutcomes] as const;
export type EventState = (typeof eventStates)[number];

export interface EventSearch {
  state?: EventState | undefined;
  provider?: ProviderName | undefined;
  /** The provider's name of an event, or of what it is about. */
  q?: string | undefined;
  /** The id that the page before ended with. */
  before?: number | undefined;
}

export type EventRow = Omit<PaymentEvent, "body">;

/** The newest events that fit, without what they say, and the id to go on after when there are more. */
export async function findPaymentEvents(
  { state, provider, q = "", before }: EventSearch,
  limit = 100,
): Promise<{ events: EventRow[]; next: number | undefined }> {
  const { body: _body, ...columns } = getColumns(paymentEvents);
  const word = q.trim();
  const found = await db
    .select(columns)
    .from(paymentEvents)
    .where(
      and(
        state === undefined ? undefined : isIn(state),
        provider === undefined ? undefined : eq(paymentEvents.provider, provider),
        word === "" ? undefined : or(eq(paymentEvents.objectId, word), eq(paymentEvents.eventId, word)),
        before === undefined ? undefined : lt(paymentEvents.id, before),
      ),
    )
    .orderBy(desc(paymentEvents.id))
    .limit(limit + 1);
  const events = found.slice(0, limit);
  return { events, next: found.length > limit ? events.at(-1)?.id : undefined };
}

function isIn(state: EventState): SQL {
  return state === "waiting" ? isNull(paymentEvents.processedAt) : eq(paymentEvents.outcome, state);
}
