import { isSignedByPaddle } from "#apps/billing/paddle/signature.ts";
import { isSignedByStripe } from "#apps/billing/stripe/signature.ts";
import { signPaddle } from "#apps/billing/testing/paddle-server.ts";
import { signStripe } from "#apps/billing/testing/stripe-server.ts";
import { tryMutants, type Scheme } from "./signatures.ts";

export const schemes: Readonly<Record<string, Scheme>> = {
  Paddle: { sign: signPaddle, accepts: (body, header, secret) => isSignedByPaddle(body, { header, secret }) },
  Stripe: { sign: signStripe, accepts: (body, header, secret) => isSignedByStripe(body, { header, secret }) },
};

/** P1 for each provider: how many of so many valid notifications were not taken, and which mutants were. */
export function trySignatures(counts: { valid: number; mutants: number }) {
  const figures = Object.values(schemes).map((scheme) => tryMutants(scheme, counts));
  const sum = (of: "valid" | "accepted" | "mutants" | "forged"): number =>
    figures.reduce((all, each) => all + each[of], 0);
  return {
    valid: sum("valid"),
    accepted: sum("accepted"),
    mutants: sum("mutants"),
    forged: sum("forged"),
    forgeries: figures.flatMap(({ forgeries }) => forgeries),
  };
}
