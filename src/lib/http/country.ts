import type { FastifyRequest } from "fastify";

// As CDNs call it: Cloudflare, CloudFront, Fastly (by its usual configuration), Vercel.
const headers = ["cf-ipcountry", "cloudfront-viewer-country", "x-country-code", "x-vercel-ip-country"];

/** The country that a trusted proxy says a request came from (ISO 3166-1, two letters), or "". */
export function countryOf(request: FastifyRequest): string {
  // Without a trusted proxy the address is the socket's own, and anybody can write such a header.
  if (request.ips === undefined || request.ips.length < 2) return "";
  for (const name of headers) {
    const value = request.headers[name];
    if (typeof value === "string" && /^[A-Z]{2}$/.test(value)) return value;
  }
  return "";
}
