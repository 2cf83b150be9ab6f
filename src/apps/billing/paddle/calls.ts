import type { Environment, Paddle } from "@paddle/paddle-node-sdk";
import { deadlineMs, withinDeadline } from "../deadline.ts";
import { ProviderError } from "../provider.ts";

export interface PaddleKeys {
  apiKey: string;
  webhookSecret: string | undefined;
  clientToken: string | undefined;
  /** Only tests ask another server than Paddle's, which the key names. */
  apiUrl?: string;
  /** How long a call may take; only tests are in a hurry. */
  limitMs?: number;
}

/** Asks Paddle something, within the deadline. Throws ProviderError. */
export type AskPaddle = <T>(question: (paddle: Paddle) => Promise<T>) => Promise<T>;

export function isLiveKey(apiKey: string): boolean {
  return apiKey.startsWith("pdl_live_");
}

export function openPaddle({ apiKey, apiUrl, limitMs = deadlineMs }: PaddleKeys): AskPaddle {
  let opening: Promise<Paddle> | undefined;
  return async (question) => {
    // The SDK is large, and most processes never need it.
    const paddle = await (opening ??= load(apiKey, apiUrl));
    try {
      return await withinDeadline("Paddle", question(paddle), limitMs);
    } catch (error) {
      throw await problemOf(error);
    }
  };
}

async function load(apiKey: string, apiUrl: string | undefined): Promise<Paddle> {
  const { Environment, LogLevel, Paddle } = await import("@paddle/paddle-node-sdk");
  const own = isLiveKey(apiKey) ? Environment.production : Environment.sandbox;
  const environment = apiUrl !== undefined && isEnvironment(apiUrl) ? apiUrl : own;
  return new Paddle(apiKey, { environment, logLevel: LogLevel.none });
}

// What is none of its two environments the SDK takes for an address.
function isEnvironment(address: string): address is Environment {
  return URL.canParse(address);
}

// https://developer.paddle.com/api-reference/about/errors: an `api_error` is a fault of Paddle's.
async function problemOf(error: unknown): Promise<ProviderError> {
  if (error instanceof ProviderError) return error;
  const { ApiError } = await import("@paddle/paddle-node-sdk");
  if (!(error instanceof ApiError)) return new ProviderError("unreachable", "Paddle cannot be reached.");
  const isBusy = error.type === "api_error" || error.code === "too_many_requests";
  const fields = (error.errors ?? []).map(({ field, message }) => ` ${field}: ${message}.`).join("");
  return new PaddleRefusal(isBusy ? "unreachable" : "refused", `Paddle: ${error.detail}${fields}`, error.code);
}

/** A ProviderError with what Paddle calls it: `not_found`. */
export class PaddleRefusal extends ProviderError {
  readonly code: string;

  constructor(reason: "unreachable" | "refused", message: string, code: string) {
    super(reason, message);
    this.code = code;
  }
}
