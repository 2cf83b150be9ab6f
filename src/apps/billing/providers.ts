import type { Provider } from "./provider.ts";
import type { ProviderName } from "./names.ts";

/** The provider of that name, if this site uses it: those with keys in the settings, and the sandbox where there are none. */
export function findProvider(name: ProviderName): Promise<Provider | undefined> {
  throw new Error(`Not yet: ${name}.`);
}

/** Which provider new checkouts go to. */
export function currentProvider(): Promise<Provider> {
  throw new Error("Not yet.");
}

/** All providers that this site uses. */
export function listProviders(): Promise<readonly Provider[]> {
  throw new Error("Not yet.");
}
