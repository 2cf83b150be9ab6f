import type { ProviderName } from "../names.ts";
import type { Change } from "./comparing.ts";
import type { Decision } from "./deciding.ts";

/** What goes on while facts are taken over. */
export interface Applying {
  provider: ProviderName;
  /** When the facts were asked for, by the database's clock; undefined for what was told. */
  askedAt: Date | undefined;
  /** Whose entitlements are derived afterwards, by their ids. */
  subscriptions: Set<number>;
  purchases: Set<number>;
}

/** What was done about a fact. */
export interface Applied {
  decision: Decision;
  changes: readonly Change[];
  subscriptionId?: number | undefined;
  transactionId?: number | undefined;
}
