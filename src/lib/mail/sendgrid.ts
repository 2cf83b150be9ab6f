import type { Agent as HttpAgent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request as requestHttps, Agent as HttpsAgent } from "node:https";
import { UserError } from "../errors.ts";
import { nodeHttp } from "../http/node.ts";
import {
  callTimeout,
  personalHeaders,
  type Letter,
  type Outcome,
  type Recipient,
  type Transport,
} from "./transport.ts";

// https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations
const maxRecipients = 1000;
const maxBytes = 30_000_000;

const longestWait = 3600;

/** SendGrid's Web API v3: a call for up to 1,000 recipients. https://www.twilio.com/docs/sendgrid/api-reference/mail-send */
export function openSendgrid(url: string): Transport {
  const [, key = "", query = ""] = /^sendgrid:\/\/([^/?#@\s]+)\/?(?:\?(.*))?$/.exec(url) ?? [];
  if (key === "") throw new UserError("MAIL_URL must be sendgrid:// followed by the API key.");
  const settings = new URLSearchParams(query);
  const api = new URL("/v3/mail/send", settings.get("api") ?? "https://api.sendgrid.com");
  const timeoutMs = Number(settings.get("timeoutMs")) || callTimeout;
  const agent = new (api.protocol === "https:" ? HttpsAgent : nodeHttp.Agent)({ keepAlive: true, maxSockets: 8 });
  const manners = { asks: false, waryUntil: 0 };
  return {
    name: "SendGrid",
    limit: maxRecipients,
    async deliver(letter, recipients) {
      const body = Buffer.from(JSON.stringify(callOf(letter, recipients)));
      if (body.length >= maxBytes) return { state: "rejected", reason: "The mail is larger than SendGrid takes." };
      return await post(api, { key, agent, body, timeoutMs, manners });
    },
  };
}

function callOf(letter: Letter, recipients: readonly Recipient[]): object {
  return {
    from: mailbox(letter.from),
    subject: letter.subject,
    personalizations: recipients.map((recipient) => ({
      to: [mailbox(recipient)],
      headers: personalHeaders(letter, recipient),
      substitutions: recipient.values,
      custom_args: { reference: recipient.reference },
    })),
    content: [
      { type: "text/plain", value: letter.text },
      { type: "text/html", value: letter.html },
    ],
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
    },
  };
}

function mailbox({ address, name }: { address: string; name: string }): { email: string; name?: string } {
  return name === "" ? { email: address } : { email: address, name };
}

interface Call {
  key: string;
  agent: HttpAgent | HttpsAgent;
  body: Buffer;
  timeoutMs: number;
  /** Whether the server has been seen to ask for a body, and until when it gets none unasked, in milliseconds. */
  manners: { asks: boolean; waryUntil: number };
}

// There is no idempotency key, so it matters to know when nothing can have been sent. The body follows only when the
// server has asked for it (RFC 9110, 10.1.1): whatever goes wrong before leaves no doubt.
function post(api: URL, { key, agent, body, timeoutMs, manners }: Call): Promise<Outcome> {
  return new Promise((resolve) => {
    let isBodySent = false;
    const request = (api.protocol === "https:" ? requestHttps : nodeHttp.request)(api, {
      method: "POST",
      agent,
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": body.length,
        expect: "100-continue",
      },
    });
    const sendBody = (): void => {
      if (isBodySent || request.destroyed) return;
      isBodySent = true;
      request.end(body);
    };
    // A server that does not know the expectation keeps silent. So does one that cannot be reached or is in trouble: it
    // gets nothing when it has asked before, nor for a while after it has swallowed a body.
    let patience: NodeJS.Timeout | undefined;
    const waitABit = (): void => {
      if (!manners.asks && Date.now() >= manners.waryUntil) patience = setTimeout(sendBody, timeoutMs / 10);
    };
    request.on("socket", (socket) => {
      if (!socket.connecting) waitABit();
      else socket.once(api.protocol === "https:" ? "secureConnect" : "connect", waitABit);
    });
    const deadline = setTimeout(() => {
      if (isBodySent) manners.waryUntil = Date.now() + 6 * timeoutMs;
      request.destroy(new Error(`no answer in ${timeoutMs} ms`));
    }, timeoutMs);
    const finish = (outcome: Outcome): void => {
      clearTimeout(patience);
      clearTimeout(deadline);
      resolve(outcome);
      if (!isBodySent) request.destroy();
    };
    request.on("continue", () => {
      manners.asks = true;
      sendBody();
    });
    request.on("response", (response) => {
      // An answer before the body is the last word: the body must not follow while the rest of it is read.
      clearTimeout(patience);
      void readAnswer(response, request).then((text) => finish(outcomeOf(response, text, isBodySent)));
    });
    request.on("error", (error) => {
      finish({ state: isBodySent ? "unknown" : "held", reason: `SendGrid did not answer: ${error.message}.` });
    });
    request.flushHeaders();
  });
}

// The status counts even when the rest of the answer never comes.
async function readAnswer(response: IncomingMessage, request: ClientRequest): Promise<string> {
  let text = "";
  try {
    response.setEncoding("utf8");
    for await (const part of response) {
      text += String(part);
      if (text.length > 10_000) request.destroy();
    }
  } catch {
    return text;
  }
  return text;
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage, text: string, isBodySent: boolean): Outcome {
  const reason = `SendGrid answered ${statusCode}: ${text.slice(0, 500)}`;
  if (statusCode === 202) return { state: "accepted", reason: "" };
  if (statusCode === 400 || statusCode === 413) return { state: "rejected", reason };
  if (isBodySent && !(statusCode >= 400 && statusCode < 500)) return { state: "unknown", reason };
  return { state: "held", reason, waitSeconds: statusCode === 429 || statusCode === 503 ? waitOf(headers) : undefined };
}

// SendGrid says when its period ends, in seconds since 1970; others as RFC 9110, 10.2.3 has it.
// https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
function waitOf({ "x-ratelimit-reset": reset, "retry-after": after = "" }: IncomingHttpHeaders): number | undefined {
  const now = Date.now() / 1000;
  const until = typeof reset === "string" ? Number(reset) : Date.parse(after) / 1000;
  const seconds = reset === undefined && /^\d+$/.test(after) ? Number(after) : until - now;
  return seconds > 0 ? Math.min(Math.ceil(seconds), longestWait) : undefined;
}
