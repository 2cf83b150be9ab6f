import type { Reply } from "#lib/app.ts";
import { allowSources } from "#lib/http/sources.ts";
import type { OverlayCheckout } from "../provider.ts";

/**
 * Lets a page load Paddle.js and open its overlay, which is a frame of Paddle's. The frame may ask for a wallet, and open a window
 * of PayPal's: it could not under the headers of other pages.
 * https://developer.paddle.com/paddle-js/about/include-paddlejs
 */
export function allowPaddle(reply: Reply, environment: OverlayCheckout["environment"]): void {
  const ofPaddle = (name: string): string => `https://${environment === "sandbox" ? "sandbox-" : ""}${name}.paddle.com`;
  allowSources(reply, {
    "script-src": ["https://cdn.paddle.com"],
    "style-src": ["https://cdn.paddle.com", ...(environment === "sandbox" ? [ofPaddle("cdn")] : [])],
    // Paddle.js places its frame by attributes.
    "style-src-attr": ["'unsafe-inline'"],
    "connect-src": [ofPaddle("checkout-service")],
    "frame-src": [ofPaddle("buy")],
  });
  reply.header("cross-origin-opener-policy", "same-origin-allow-popups");
  reply.header(
    "permissions-policy",
    `camera=(), geolocation=(), microphone=(), payment=(self "${ofPaddle("buy")}"), usb=(), browsing-topics=()`,
  );
}
