import { z } from "zod";
import { task } from "#lib/jobs.ts";
import { receiveEvent } from "../inbox.ts";
import { usesSandbox } from "../providers.ts";
import { newId, type Told } from "./objects.ts";
import { sign, signatureHeader } from "./signing.ts";

/** Has an event told to our own inbox as a provider tells it: later, signed, and again until it was taken. */
export async function tellEvent({ event, object }: { event: string; object: Told }): Promise<void> {
  const body = JSON.stringify({
    event_id: newId("event"),
    event_type: event,
    occurred_at: object.occurredAt,
    data: object,
  });
  await deliver.later({ body });
}

export const deliver = task(
  "billing.sandbox-deliver",
  { input: z.object({ body: z.string() }), retry: { limit: 40, delaySeconds: 2, maxDelaySeconds: 3600 } },
  async ({ body }) => {
    // The site has begun to take money meanwhile: it listens to the sandbox no more.
    if (!usesSandbox()) return;
    const bytes = Buffer.from(body);
    await receiveEvent("sandbox", bytes, { [signatureHeader]: sign(bytes, new Date()) });
  },
);
