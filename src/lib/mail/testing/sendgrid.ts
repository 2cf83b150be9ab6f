import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** What a call can meet: what happens to its recipients is in the name. */
export const faults = [
  "429",
  "401",
  "500 after accepting",
  "503 before the body",
  "silence before the body",
  "silence after accepting",
  "reset amid the body",
  "reset after accepting",
  "reset before the body",
] as const;
export type Fault = (typeof faults)[number];

const mailbox = z.object({ email: z.string(), name: z.string().optional() });
const call = z.object({
  from: mailbox,
  subject: z.string().min(1),
  personalizations: z.array(
    z.object({
      to: z.array(mailbox),
      headers: z.record(z.string(), z.string()).optional(),
      substitutions: z.record(z.string(), z.string()).optional(),
      custom_args: z.record(z.string(), z.string()).optional(),
    }),
  ),
  content: z.array(z.object({ type: z.string(), value: z.string().min(1) })).min(1),
});
export type Call = z.infer<typeof call>;

export interface Sendgrid {
  /** For MAIL_URL. */
  url: string;
  /** How often each address was accepted. */
  sink: Map<string, number>;
  /** Every call that was accepted. */
  accepted: Call[];
  /** Addresses of calls whose text came although it kept silent. */
  swallowed: Set<string>;
  /** How many calls came, whatever became of them. */
  calls: () => number;
  close: () => Promise<void>;
}

/**
 * Stands in for SendGrid's mail API: accepts what the real one documents, answers 400 to what breaches its limits, and
 * meets the n-th call with the fault that `faultOf` names. An address whose local part begins with `bad` is none.
 */
export async function startSendgrid(
  options: {
    key?: string;
    faultOf?: (n: number) => Fault | undefined;
    keep?: boolean;
    delayMs?: number;
    /** Is called for each call that was accepted, before it is answered. */
    meanwhile?: () => void;
  } = {},
): Promise<Sendgrid> {
  const { key = "SG.test", faultOf = () => undefined, keep = true, delayMs = 0, meanwhile } = options;
  const sink = new Map<string, number>();
  const accepted: Call[] = [];
  const swallowed = new Set<string>();
  let calls = 0;

  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    const fault = faultOf((calls += 1));
    if (fault === "silence before the body") return void read(request).then(swallow, () => undefined);
    if (fault === "reset before the body") return void request.socket.resetAndDestroy();
    if (fault === "503 before the body") return answer(response, 503);
    if (fault === "429") return answer(response, 429);
    if (fault === "401" || request.headers.authorization !== `Bearer ${key}`) return answer(response, 401);
    response.writeContinue();
    if (fault === "reset amid the body") return void request.once("data", () => request.socket.resetAndDestroy());
    void read(request).then(
      (body) => setTimeout(() => finish(body, response, fault), delayMs),
      // Whoever called has hung up amid the body: nothing was accepted.
      () => undefined,
    );
  };
  const swallow = (body: Buffer): void => {
    for (const { to } of call.parse(JSON.parse(body.toString())).personalizations)
      for (const { email } of to) swallowed.add(email);
  };
  const finish = (body: Buffer, response: ServerResponse, fault: Fault | undefined): void => {
    const breach = breachOf(body);
    if (typeof breach === "string") return answer(response, 400, breach);
    for (const { to } of breach.personalizations)
      for (const { email } of to) sink.set(email, (sink.get(email) ?? 0) + 1);
    if (keep) accepted.push(breach);
    meanwhile?.();
    if (fault === "500 after accepting") answer(response, 500);
    else if (fault === "reset after accepting") response.socket?.resetAndDestroy();
    else if (fault !== "silence after accepting") answer(response, 202);
  };

  const server = createServer(begin).on("checkContinue", begin);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = address(server.address());
  return {
    url: `sendgrid://${key}?api=http://127.0.0.1:${port}`,
    sink,
    accepted,
    swallowed,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => void server.close(resolve));
    },
  };
}

function address(bound: AddressInfo | string | null): AddressInfo {
  if (bound === null || typeof bound === "string") throw new Error("The stand-in for SendGrid does not listen.");
  return bound;
}

function answer(response: ServerResponse, status: number, message = ""): void {
  const reset = Math.ceil(Date.now() / 1000) + 30;
  response.writeHead(status, { "content-type": "application/json", "x-ratelimit-reset": reset });
  response.end(status === 202 ? "" : JSON.stringify({ errors: [{ message, field: null, help: null }] }));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) if (Buffer.isBuffer(part)) parts.push(part);
  return Buffer.concat(parts);
}

// https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations and the errors of the same pages.
function breachOf(body: Buffer): Call | string {
  if (body.length >= 30_000_000) return "The total size of your email must be less than 30MB.";
  const { data, error } = call.safeParse(JSON.parse(body.toString()));
  if (data === undefined) return z.prettifyError(error);
  const { personalizations, content, subject, from } = data;
  const people = personalizations.flatMap(({ to }) => to);
  const texts = [subject, ...people.map(({ name = "" }) => name), ...personalizations.flatMap(headerLines)];
  const breaches: [boolean, string][] = [
    [personalizations.length === 0 || personalizations.length > 1000, "1 to 1,000 personalizations."],
    [people.length > 1000, "At most 1,000 recipients."],
    [personalizations.some(({ to }) => to.length === 0), "Each personalization needs a recipient."],
    [new Set(people.map(({ email }) => email.toLowerCase())).size < people.length, "Each address must be unique."],
    [[from, ...people].some(({ email }) => !isAddress(email)), "Does not contain a valid address."],
    [people.some(({ name = "" }) => /[;,]/.test(name)), "No ; or , in a name."],
    [personalizations.some(({ custom_args: args }) => size(args) >= 10_000), "Custom args under 10,000 bytes."],
    [personalizations.some(({ substitutions }) => size(substitutions) > 10_000), "Substitutions up to 10,000 bytes."],
    [content.length === 2 && content[0]?.type !== "text/plain", "text/plain comes first."],
    [texts.some((text) => /[\r\n\0]/.test(text)), "No line break in a header."],
    [personalizations.some(({ headers = {} }) => Object.keys(headers).some(isReserved)), "A reserved header."],
  ];
  return breaches.find(([is]) => is)?.[1] ?? data;
}

function headerLines({ headers = {} }: Call["personalizations"][number]): string[] {
  return Object.entries(headers).flat();
}

function isReserved(name: string): boolean {
  return /^(x-sg-id|x-sg-eid|received|dkim-signature|content-(type|transfer-encoding)|to|from|subject|reply-to|cc|bcc)$/i.test(
    name,
  );
}

function isAddress(text: string): boolean {
  return /^[\x21-\x3f\x41-\x7e]{1,64}@[a-z0-9.-]+\.[a-z0-9-]{2,}$/i.test(text) && !text.startsWith("bad");
}

function size(value: object | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
