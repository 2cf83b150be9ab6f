import type { Event, EventEnvelope, Transport, TransportMakeRequestResponse } from "@sentry/core";
import { config } from "#config.ts";
import { readFrames } from "./fingerprint.ts";
import type { Occurrence } from "./occurrence.ts";

/** Sends errors to a service that speaks Sentry's language. It never throws, and nobody waits for it. */
export interface Sentry {
  send: (error: Occurrence) => void;
  /** Waits for what is under way, 2 s at most. */
  close: () => Promise<void>;
}

const deadlineMs = 2000;
/** For errors that are alike. */
const betweenMs = 60_000;
/** Kinds of errors that are remembered for it. */
const room = 1000;

/** Opens what the DSN names, if there is one. https://develop.sentry.dev/sdk/foundations/envelopes/ */
export function openSentry(dsn: string | undefined, clock = Date.now): Sentry | undefined {
  if (dsn === undefined) return undefined;
  const sentAt = new Map<string, number>();
  let opened: Promise<Line> | undefined;
  return {
    send: (error) => {
      const now = clock();
      if (now - (sentAt.get(error.fingerprint) ?? -Infinity) < betweenMs) return;
      if (sentAt.size >= room) sentAt.clear();
      sentAt.set(error.fingerprint, now);
      // Read when there is something to send: it is large.
      opened ??= openLine(dsn);
      void submit(opened, eventOf(error, now));
    },
    close: async () => {
      await opened?.then(({ transport }) => transport.flush(deadlineMs)).catch(() => undefined);
    },
  };
}

async function submit(opened: Promise<Line>, event: Event): Promise<void> {
  try {
    const { transport, wrap } = await opened;
    await transport.send(wrap(event));
  } catch {
    // A service that is down is no error of the site, and saying so would come back here.
  }
}

interface Line {
  transport: Transport;
  wrap: (event: Event) => EventEnvelope;
}

async function openLine(text: string): Promise<Line> {
  const { createEventEnvelope, createTransport, getEnvelopeEndpointWithUrlEncodedAuth, makeDsn } =
    await import("@sentry/core");
  const dsn = makeDsn(text);
  if (dsn === undefined) throw new Error("SENTRY_DSN is no DSN.");
  const url = getEnvelopeEndpointWithUrlEncodedAuth(dsn);
  // It waits as long as the service asks it to: what is sent meanwhile is dropped.
  const transport = createTransport({ recordDroppedEvent: () => undefined, bufferSize: 16 }, ({ body }) =>
    post(url, body),
  );
  return { transport, wrap: (event) => createEventEnvelope(event, dsn) };
}

async function post(url: string, body: string | Uint8Array): Promise<TransportMakeRequestResponse> {
  const { status, headers } = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-sentry-envelope" },
    body: typeof body === "string" ? body : Buffer.from(body),
    redirect: "error",
    signal: AbortSignal.timeout(deadlineMs),
  });
  return {
    statusCode: status,
    headers: { "x-sentry-rate-limits": headers.get("x-sentry-rate-limits"), "retry-after": headers.get("retry-after") },
  };
}

function eventOf({ fingerprint, type, message, stack, context }: Occurrence, now: number): Event {
  const { method, route, task } = context;
  // Sentry wants the innermost last.
  const frames = readFrames(stack)
    .toReversed()
    .map(({ name, file, line, column, isOurs }) => {
      return { function: name || "?", filename: file, lineno: line, colno: column, in_app: isOurs };
    });
  return {
    event_id: crypto.randomUUID().replaceAll("-", ""),
    timestamp: now / 1000,
    platform: "node",
    level: "error",
    environment: new URL(config.BASE_URL).hostname,
    fingerprint: [fingerprint],
    transaction: route === undefined ? (task ?? "") : `${method} ${route}`,
    tags: context,
    exception: { values: [{ type: type || "Error", value: message, stacktrace: { frames } }] },
  };
}
