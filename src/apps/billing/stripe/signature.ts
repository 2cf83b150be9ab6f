import { isDigestOf, isRecent, readSignature } from "../signatures.ts";

/**
 * Whether Stripe signed this body with the signing secret of the webhook endpoint, just now.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function isSignedByStripe(
  body: Uint8Array,
  given: { header: unknown; secret: string; now?: Date | undefined },
): boolean {
  const signature = readSignature(given.header, { separator: ",", time: "t", digest: "v1" });
  if (signature === undefined || !isRecent(signature, given.now)) return false;
  return isDigestOf(signature, given.secret, [`${signature.at}.`, body]);
}
