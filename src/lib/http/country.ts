import type { IncomingHttpHeaders } from "node:http";
import type { FastifyRequest } from "fastify";

// As CDNs call it: Cloudflare, CloudFront, Fastly (by its usual configuration), Vercel.
const names = ["cf-ipcountry", "cloudfront-viewer-country", "x-country-code", "x-vercel-ip-country"];

/** The country that a trusted proxy says a request came from (ISO 3166-1, two letters), or "". */
export function countryOf(request: FastifyRequest): string {
  // Without a trusted proxy the address is the socket's own, and anybody can write such a header.
  return request.ips === undefined || request.ips.length < 2 ? "" : countryIn(request.headers);
}

/** The country that headers of a trusted proxy name, or "". */
export function countryIn(headers: IncomingHttpHeaders): string {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === "string" && /^[A-Z]{2}$/.test(value)) return value;
  }
  return "";
}
