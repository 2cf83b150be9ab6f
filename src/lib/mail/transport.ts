import { UserError } from "../errors.ts";
import { openSendgrid } from "./sendgrid.ts";
import { openSmtp } from "./smtp.ts";

export interface Mailbox {
  address: string;
  name: string;
}

/** What is sent: whole, and safe in every header. */
export interface Letter {
  from: Mailbox;
  subject: string;
  html: string;
  text: string;
  /** Beside those that every mail has. */
  headers: Readonly<Record<string, string>>;
}

export interface Recipient extends Mailbox {
  /** Comes back in the provider's events: which message or mailing this was. */
  reference: string;
  /** The envelope sender, where bounces go: by SMTP only, and the letter's own when there is none. */
  returnPath?: string | undefined;
  /** What stands in the letter, and what this recipient gets in its place. */
  values: Readonly<Record<string, string>>;
}

/**
 * How a call ended, for everybody it was for:
 *
 * - `accepted`: the provider has it and answers for it;
 * - `held`: certainly not sent, and it will not be better at once (refused connection, 401, 429);
 * - `rejected`: certainly not sent, and somebody or something in it is at fault;
 * - `unknown`: the provider may have it. It is never sent again by itself.
 */
export interface Outcome {
  state: "accepted" | "held" | "rejected" | "unknown";
  reason: string;
  /** When the provider says how long it wants to be left alone; an hour at most. */
  waitSeconds?: number | undefined;
}

/** Hands a letter over. Never throws for what the other side does, and takes 10 s at most. */
export interface Transport {
  name: string;
  /** How many recipients a call may have. */
  limit: number;
  deliver(letter: Letter, recipients: readonly Recipient[]): Promise<Outcome>;
}

/** The time for one call, in milliseconds. */
export const callTimeout = 10_000;

/**
 * The transport that MAIL_URL names:
 *
 * - `smtp://user:password@host:587` (STARTTLS when offered; required with a password), `smtps://…:465`;
 * - `sendgrid://KEY`, and for tests `sendgrid://KEY?api=http://127.0.0.1:1234&timeoutMs=500`.
 *
 * Throws a UserError when it cannot be understood. Nothing is contacted yet.
 */
export function openTransport(url: string): Transport {
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1];
  if (scheme === "smtp" || scheme === "smtps") return openSmtp(url);
  if (scheme === "sendgrid") return openSendgrid(url);
  throw new UserError("MAIL_URL must begin with smtp://, smtps:// or sendgrid://.");
}

/** The letter as one recipient gets it. */
export function personal(letter: Letter, recipient: Recipient): Letter {
  const { values } = recipient;
  const headers = personalHeaders(letter, recipient);
  return { ...letter, headers, html: filled(letter.html, values), text: filled(letter.text, values) };
}

export function personalHeaders({ headers }: Letter, { values }: Recipient): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value, values)]));
}

function filled(text: string, values: Recipient["values"]): string {
  return Object.entries(values).reduce((result, [name, value]) => result.replaceAll(name, () => value), text);
}
