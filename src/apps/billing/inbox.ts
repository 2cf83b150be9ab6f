import type { IncomingHttpHeaders } from "node:http";
import { eq, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { Refused } from "#lib/http/problems.ts";
import { log } from "#lib/log.ts";
import { together } from "#lib/together.ts";
import { currentRequestId } from "#lib/trace.ts";
import { applyFacts, explainFacts, type Outcome } from "./applying.ts";
import { processEvents } from "./inbox-tasks.ts";
import type { ProviderName } from "./names.ts";
import type { Reading } from "./provider.ts";
import { findProvider } from "./providers.ts";
import { paymentEvents, type PaymentEvent } from "./schema.ts";

/**
 * Keeps an event that a provider tells, once, and has it processed by a task; answers once it is kept. Throws Refused with
 * 400 or 401 for what is not signed by the provider, 404 for a provider that this site does not use.
 */
export async function receiveEvent(name: ProviderName, body: Buffer, headers: IncomingHttpHeaders): Promise<void> {
  const provider = await findProvider(name);
  if (provider === undefined) throw new Refused(404);
  const { id: eventId, kind, objectId, occurredAt } = provider.verify(body, headers);
  const told = { provider: name, eventId, kind, objectId, occurredAt, body: body.toString() };
  await keep({ told, requestId: currentRequestId() });
}

interface Received {
  told: typeof paymentEvents.$inferInsert;
  requestId: string | undefined;
}

// Providers tell of a whole night's renewals at once: those that come while others are saved are saved together.
const keep = together<Received>(
  (received) =>
    atomic(async () => {
      const kept = await db
        .insert(paymentEvents)
        .values(received.map(({ told }) => told))
        .onConflictDoNothing()
        .returning({ id: paymentEvents.id, provider: paymentEvents.provider, eventId: paymentEvents.eventId });
      const requestIds = new Map(
        received.map(({ told, requestId }) => [`${told.provider} ${told.eventId}`, requestId]),
      );
      await processEvents.laterAll(
        kept.map(({ id, provider, eventId }) => ({
          input: { eventId: id },
          requestId: requestIds.get(`${provider} ${eventId}`),
        })),
      );
    }),
  { most: 50 },
);

/** Does what a kept event asks for, unless that was done; what it changes is saved with the note that it was. */
export async function processEvent(id: number): Promise<void> {
  const event = await findEvent(id);
  if (event !== undefined && event.processedAt === null) await carryOut(event);
}

/** Does what a kept event asks for once more, by the same way: it changes nothing that is known to be newer. */
export async function replayEvent(id: number): Promise<void> {
  await carryOut(await getReadable(id));
}

/** What an event would change now, without changing it. */
export async function explainEvent(id: number): Promise<Verdict> {
  const event = await getReadable(id);
  const reading = await read(event);
  return "facts" in reading ? sumUp(await explainFacts(event.provider, reading.facts)) : verdictOn(reading);
}

/** What became of an event, and why. */
export type Verdict = Required<Pick<PaymentEvent, "explanation">> & { outcome: NonNullable<PaymentEvent["outcome"]> };

async function carryOut(event: PaymentEvent): Promise<void> {
  const reading = await read(event);
  if ("facts" in reading) {
    const also = (outcomes: readonly Outcome[]): Promise<void> => note(event, sumUp(outcomes));
    await applyFacts(event.provider, reading.facts, { also });
  } else {
    await note(event, verdictOn(reading));
  }
}

async function read({ provider: name, body }: PaymentEvent): Promise<Reading> {
  const provider = await findProvider(name);
  if (provider === undefined) return { refused: `This site does not use ${name} any more.` };
  return await provider.read(body);
}

function verdictOn(reading: Exclude<Reading, { facts: unknown }>): Verdict {
  return "refused" in reading
    ? { outcome: "refused", explanation: reading.refused }
    : { outcome: "ignored", explanation: reading.nothing };
}

// An event of several facts is what the gravest of them is.
function sumUp(outcomes: readonly Outcome[]): Verdict {
  const gravest = (["refused", "applied", "outdated"] as const).find((outcome) =>
    outcomes.some((each) => each.outcome === outcome),
  );
  const explanation = outcomes.map((each) => each.explanation).join("\n");
  return gravest === undefined
    ? { outcome: "ignored", explanation: "It says nothing that we keep." }
    : { outcome: gravest, explanation };
}

async function note({ id, provider, kind, outcome: before }: PaymentEvent, verdict: Verdict): Promise<void> {
  if (verdict.outcome === "refused" && before !== "refused") {
    log.error({ event: id, provider, kind, why: verdict.explanation }, "an event of a payment provider was refused");
  }
  await db
    .update(paymentEvents)
    .set({ ...verdict, processedAt: sql`now()` })
    .where(eq(paymentEvents.id, id));
}

export async function findEvent(id: number): Promise<PaymentEvent | undefined> {
  const [found] = await db.select().from(paymentEvents).where(eq(paymentEvents.id, id));
  return found;
}

async function getReadable(id: number): Promise<PaymentEvent> {
  const event = await findEvent(id);
  if (event === undefined) throw new NotFound();
  if (event.body === "") throw new UserError("What this event said is not kept any more.");
  return event;
}
