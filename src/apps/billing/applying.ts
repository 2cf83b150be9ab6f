import type { Fact } from "./facts.ts";
import type { ProviderName } from "./names.ts";

/** What became of a fact, and why, in a sentence. */
export interface Outcome {
  outcome: "applied" | "outdated" | "refused";
  explanation: string;
}

/**
 * Takes over what a provider says of its things, each compared by when it was so, in one transaction with the entitlements
 * that follow and the events that tell of it. Facts may come in any order and any number of times.
 */
export function applyFacts(provider: ProviderName, facts: readonly Fact[]): Promise<readonly Outcome[]> {
  throw new Error(`Not yet: ${provider}, ${facts.length}.`);
}
