import { config } from "#config.ts";
import { unlessHeld } from "./held.ts";
import type { ProviderName } from "./names.ts";
import type { Provider } from "./provider.ts";

const paddle = { name: "paddle", load: async () => (await import("./paddle/paddle.ts")).paddle } as const;
const stripe = { name: "stripe", load: async () => (await import("./stripe/stripe.ts")).stripe } as const;

// Each is imported when it is first asked for: their libraries are large, and most sites use one. New checkouts go to the first.
const loaders: readonly { name: ProviderName; load: () => Promise<Provider> }[] = [
  ...(config.PADDLE_API_KEY === undefined ? [] : [paddle]),
  ...(config.STRIPE_SECRET_KEY === undefined ? [] : [stripe]),
];
const sandbox = { name: "sandbox", load: async () => (await import("./sandbox/provider.ts")).sandbox } as const;

let used: typeof loaders = loaders.length === 0 ? [sandbox] : loaders;

/** The provider of that name, if this site uses it: those with keys in the settings, and the sandbox where there are none. */
export async function findProvider(name: ProviderName): Promise<Provider | undefined> {
  const found = used.find((each) => each.name === name);
  return found && (await open(found));
}

/** Which provider new checkouts go to. */
export async function currentProvider(): Promise<Provider> {
  return await open(used[0] ?? sandbox);
}

/** All providers that this site uses. */
export function listProviders(): Promise<readonly Provider[]> {
  return Promise.all(used.map(open));
}

async function open({ load }: Pick<(typeof loaders)[number], "load">): Promise<Provider> {
  return unlessHeld(await load());
}

/** Whether the built-in sandbox is in use: no money moves on this site. */
export function usesSandbox(): boolean {
  return used.some(({ name }) => name === "sandbox");
}

/** In tests: others in their place. */
export function useProviders(providers: readonly Provider[]): void {
  used = providers.map((provider) => ({ name: provider.name, load: () => Promise.resolve(provider) }));
}
