import type { Stripe } from "stripe";
import { deadlineMs, withinDeadline } from "../deadline.ts";
import { ProviderError } from "../provider.ts";

export interface StripeKeys {
  secretKey: string;
  webhookSecret: string | undefined;
  /** Only tests ask another server than Stripe's. */
  apiUrl?: string;
  /** How long a call may take; only tests are in a hurry. */
  limitMs?: number;
}

/** Asks Stripe something, within the deadline. Throws ProviderError. */
export type AskStripe = <T>(question: (stripe: Stripe) => Promise<T>) => Promise<T>;

export function isLiveKey(secretKey: string): boolean {
  return /^[sr]k_live_/.test(secretKey);
}

export function openStripe({ secretKey, apiUrl, limitMs = deadlineMs }: StripeKeys): AskStripe {
  let opening: Promise<Stripe> | undefined;
  return async (question) => {
    // The SDK is large, and most processes never need it.
    const stripe = await (opening ??= load({ secretKey, apiUrl, limitMs }));
    try {
      return await withinDeadline("Stripe", question(stripe), limitMs);
    } catch (error) {
      throw await problemOf(error);
    }
  };
}

interface Opening {
  secretKey: string;
  apiUrl: string | undefined;
  limitMs: number;
}

// No call is made again by the SDK: that would take longer than a reader may be made to wait.
async function load({ secretKey, apiUrl, limitMs }: Opening): Promise<Stripe> {
  const { Stripe } = await import("stripe");
  const { hostname: host, port } = new URL(apiUrl ?? "https://api.stripe.com");
  const elsewhere = apiUrl === undefined ? {} : ({ host, port, protocol: "http" } as const);
  return new Stripe(secretKey, { timeout: limitMs, maxNetworkRetries: 0, telemetry: false, ...elsewhere });
}

// https://docs.stripe.com/api/errors
async function problemOf(error: unknown): Promise<ProviderError> {
  if (error instanceof ProviderError) return error;
  const { Stripe } = await import("stripe");
  const { StripeError, StripeConnectionError, StripeAPIError, StripeRateLimitError } = Stripe.errors;
  if (!(error instanceof StripeError)) return new ProviderError("unreachable", "Stripe cannot be reached.");
  if (error instanceof StripeConnectionError) return new ProviderError("unreachable", "Stripe cannot be reached.");
  const isBusy = error instanceof StripeAPIError || error instanceof StripeRateLimitError;
  return new StripeRefusal(isBusy ? "unreachable" : "refused", `Stripe: ${error.message}`, error.code ?? "");
}

/** A ProviderError with what Stripe calls it: `resource_missing`. */
export class StripeRefusal extends ProviderError {
  readonly code: string;

  constructor(reason: "unreachable" | "refused", message: string, code: string) {
    super(reason, message);
    this.code = code;
  }
}
