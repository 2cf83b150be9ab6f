import { isDigestOf, isRecent, readSignature } from "../signatures.ts";

/**
 * Whether Paddle signed this body with the secret key of the notification destination, just now. The SDK's own check keeps the
 * last `h1` alone, and takes any moment to come. https://developer.paddle.com/webhooks/signature-verification
 */
export function isSignedByPaddle(
  body: Uint8Array,
  given: { header: unknown; secret: string; now?: Date | undefined },
): boolean {
  const signature = readSignature(given.header, { separator: ";", time: "ts", digest: "h1" });
  if (signature === undefined || !isRecent(signature, given.now)) return false;
  return isDigestOf(signature, given.secret, [`${signature.at}:`, body]);
}
