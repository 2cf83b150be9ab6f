import type { Price } from "#apps/members/schema.ts";
import { log } from "#lib/log.ts";
import { ProviderError, type PricePreview, type Provider } from "./provider.ts";
import { findNames } from "./publishing.ts";
import type { Coupon } from "./schema.ts";

interface Kept {
  until: number;
  preview: Promise<PricePreview | undefined>;
}

const kept = new Map<string, Kept>();
const [mostKept, goodForMs, silentForMs] = [1000, 3_600_000, 60_000];

/**
 * What somebody pays for a price in a country, as the provider reckons it; undefined where it does not know yet, or does not answer.
 * An answer is good for an hour, and a silence for a minute, so that no reader waits for what another has waited for.
 */
export async function previewPrice(
  provider: Provider,
  { price, quantity, coupon, country }: { price: Price; quantity: number; coupon: Coupon | undefined; country: string },
): Promise<PricePreview | undefined> {
  if (country === "") return undefined;
  const names = await findNames(provider, price, coupon);
  if (names === undefined) return undefined;
  const key = JSON.stringify([provider.name, names, quantity, country]);
  const known = kept.get(key);
  if (known !== undefined && known.until > Date.now()) return await known.preview;
  const entry: Kept = {
    until: Date.now() + goodForMs,
    preview: provider.previewPrice({ ...names, quantity, country }),
  };
  entry.preview = entry.preview.catch((error: unknown) => {
    if (!(error instanceof ProviderError)) throw error;
    log.warn({ provider: provider.name, country, why: error.message }, "a provider does not say what a price comes to");
    entry.until = Date.now() + silentForMs;
    return undefined;
  });
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  kept.delete(key);
  kept.set(key, entry);
  return await entry.preview;
}
