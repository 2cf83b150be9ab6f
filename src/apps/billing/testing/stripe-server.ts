import { createHmac } from "node:crypto";

/** As Stripe signs what it sends: https://docs.stripe.com/webhooks#verify-manually */
export function signStripe(secrets: readonly string[], body: string, at = new Date()): string {
  const t = Math.floor(at.getTime() / 1000);
  const digests = secrets.map((secret) => createHmac("sha256", secret).update(`${t}.${body}`).digest("hex"));
  return [`t=${t}`, ...digests.map((digest) => `v1=${digest}`)].join(",");
}
