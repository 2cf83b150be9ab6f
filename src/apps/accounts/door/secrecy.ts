import type { Reply } from "#lib/app.ts";

/**
 * For a page whose address is a key. With `no-referrer` browsers would hide from us, too, where its form was sent from
 * (Fetch, 3.1), so the address is kept from all other sites.
 */
export function keepSecret(reply: Reply): void {
  reply.headers({ "cache-control": "private, no-store", "referrer-policy": "same-origin" });
}
