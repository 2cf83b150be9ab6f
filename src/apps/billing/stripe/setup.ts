import type { SetupStep } from "../provider.ts";
import type { AskStripe, StripeKeys } from "./calls.ts";

export async function verifySetup(_ask: AskStripe, _keys: StripeKeys): Promise<readonly SetupStep[]> {
  return [];
}
