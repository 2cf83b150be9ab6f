import { isHeld } from "#lib/jobs/hold.ts";
import { ProviderError, type Provider } from "./provider.ts";

/** What changes something at a provider. */
const deeds: ReadonlySet<string | symbol> = new Set<keyof Provider>([
  "checkout",
  "changePlan",
  "cancel",
  "pause",
  "resume",
  "discount",
  "refund",
  "publishPrice",
  "publishCoupon",
]);

/**
 * The same provider, which is asked to change nothing while a restored site is held: what the site knows may be older than what the
 * provider has. What it tells is still understood.
 */
export function unlessHeld(provider: Provider): Provider {
  return new Proxy(provider, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      if (!deeds.has(property)) return value.bind(target);
      return async (...given: unknown[]): Promise<unknown> => {
        if (await isHeld()) {
          throw new ProviderError(
            "refused",
            "The site was restored and is held: ./manage release lets it move money again.",
          );
        }
        return await value.apply(target, given);
      };
    },
  });
}
