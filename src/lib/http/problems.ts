import { NotFound, UserError } from "../errors.ts";
import { nodeHttp } from "./node.ts";

/** What an error page says. There is never more of the error in it than this. */
export interface Problem {
  status: number;
  title: string;
  message: string;
  path: string;
  /** Only for problems of ours (5xx): what a visitor can quote and an operator can find in the log. */
  requestId?: string;
  /** When it may be tried again, where that is known. */
  retryAfterSeconds?: number;
}

const sentences: { [status: number]: string; 400: string; 404: string } = {
  400: "The request could not be understood.",
  404: "There is nothing at this address.",
  408: "The request took too long to arrive.",
  413: "The request is larger than this address accepts.",
  414: "The address is too long.",
  415: "This address does not accept that type of content.",
  500: "Something went wrong on our side.",
  503: "The site cannot answer right now. Please try again in a moment.",
};

/** An answer that is no page, thrown from anywhere under a handler. The message is shown to the visitor. */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  constructor(status: number, message = sentences[status] ?? sentences[400]) {
    super(message);
    this.status = status;
  }
}

/** Somebody has done something too often: `because` says what, in a sentence, and when it may be tried again is added. */
export class Limited extends Refused {
  override name = "Limited";
  readonly retryAfterSeconds: number;
  constructor(because: string, retryAfterSeconds: number) {
    super(429, `${because} Please try again in ${inWords(retryAfterSeconds)}.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How long it is, as one says it: "40 seconds", "3 minutes", "2 hours". Never less than it is. */
export function inWords(seconds: number): string {
  const [unit, size] = seconds <= 90 ? ["second", 1] : seconds <= 5400 ? ["minute", 60] : ["hour", 3600];
  const count = Math.ceil(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** The status and the sentence for whatever was thrown. What is not expected is a 500 that says nothing of itself. */
export function problemOf(error: unknown): { status: number; message: string } {
  if (error instanceof Refused) return error;
  if (error instanceof NotFound) return { status: 404, message: error.message || sentences[404] };
  if (error instanceof UserError) return { status: 400, message: error.message };
  const status = frameworkStatus(error) ?? (isUnavailable(error) ? 503 : 500);
  return { status, message: sentences[status] ?? sentences[400] };
}

const ownTitles: Record<number, string> = {
  404: "Page not found",
  410: "This page is gone",
  429: "Please wait a little",
};

/** The standard name of a status, which titles its page. */
export function titleOf(status: number): string {
  return ownTitles[status] ?? nodeHttp.STATUS_CODES[status] ?? "Error";
}

// Only Fastify's own refusals carry a status that may be believed; a client library's error has one too, of another server.
function frameworkStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("statusCode" in error)) return undefined;
  const { code, statusCode } = error;
  if (typeof code !== "string" || typeof statusCode !== "number" || statusCode >= 500) return undefined;
  return code.startsWith("FST_") ? statusCode : undefined;
}

// Connection refused, lost or full, and statements stopped by a timeout: https://www.postgresql.org/docs/current/errcodes-appendix.html
const unavailable = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|08...|53...|57P0.|57014|55P03)$/;
const lost =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the error, or one of its causes, says that the database cannot be reached or is too busy. */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (lost.test(cause.message)) return true;
    if (!("code" in cause) || typeof cause.code !== "string") continue;
    const missingSocket = cause.code === "ENOENT" && "syscall" in cause && cause.syscall === "connect";
    if (missingSocket || unavailable.test(cause.code)) return true;
  }
  return false;
}

/** Whether the caller is a program: it asks an API, or accepts JSON and no page. */
export function wantsJson(path: string, accept: string | undefined): boolean {
  return path.includes("/api/") || (accept !== undefined && /\bjson\b/i.test(accept) && !/text\/html/i.test(accept));
}

/** A problem document: RFC 9457. */
export function problemDocument(problem: Problem): string {
  const { status, title, message: detail, requestId, retryAfterSeconds } = problem;
  return JSON.stringify({ type: "about:blank", title, status, detail, requestId, retryAfterSeconds });
}

/** The page that is sent when the site's own error page cannot be made. */
export function plainPage({ title, message, requestId }: Problem): string {
  const id = requestId === undefined ? "" : `<p>Request ${requestId}</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${message}</p>${id}</html>`;
}
