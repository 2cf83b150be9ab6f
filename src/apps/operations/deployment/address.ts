import { trustedProxies } from "#lib/http/proxies.ts";
import { isIPAddress, isReserved } from "./hosts.ts";
import type { Question } from "./question.ts";

/** How readers reach the site. */
export const address: readonly Question[] = [
  {
    name: "BASE_URL is set",
    ask: ({ given }) =>
      given.has("BASE_URL")
        ? undefined
        : "BASE_URL is not set, so links, feeds and mail lead to this machine: set it to the site's origin, such as https://learn.example.org.",
  },
  {
    name: "readers come by https",
    ask: ({ config, given }) =>
      given.has("BASE_URL") && config.BASE_URL.startsWith("http:")
        ? "BASE_URL begins with http:, so anybody on the way reads and changes pages and sessions: put a proxy with a certificate in front and set BASE_URL to https://…"
        : undefined,
  },
  {
    name: "BASE_URL is a name of the internet",
    ask: ({ config, given }) => {
      const { hostname } = new URL(config.BASE_URL);
      const isName = hostname.includes(".") && !isIPAddress(hostname) && !isReserved(hostname);
      return isName || !given.has("BASE_URL")
        ? undefined
        : `BASE_URL names ${hostname}, which readers elsewhere cannot reach: set it to the site's own domain.`;
    },
  },
  {
    name: "BASE_URL has no port",
    ask: ({ config, given }) => {
      const { port } = new URL(config.BASE_URL);
      return port === "" || !given.has("BASE_URL")
        ? undefined
        : `BASE_URL has the port ${port}, where readers come by the proxy's: leave it out, and set PORT for the process.`;
    },
  },
  {
    name: "the proxy is known",
    ask: ({ config }) =>
      config.BASE_URL.startsWith("https:") && config.TRUSTED_PROXIES.length === 0
        ? "TRUSTED_PROXIES is not set, so every reader seems to come from the proxy, and limits meet them all: set it to the proxy's address, such as 127.0.0.1."
        : undefined,
  },
  {
    name: "TRUSTED_PROXIES can be read",
    ask: ({ config }) => {
      try {
        trustedProxies(config.TRUSTED_PROXIES);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  },
  {
    name: "only proxies are trusted",
    ask: ({ config }) => {
      const wide = config.TRUSTED_PROXIES.find(isWide);
      return wide === undefined
        ? undefined
        : `TRUSTED_PROXIES trusts ${wide}, so any reader may claim any address: name the proxies alone, such as 10.0.0.0/8.`;
    },
  },
];

// The largest private network is 10.0.0.0/8; of IPv6 a provider has a /16 at most.
function isWide(network: string): boolean {
  const [start = "", bits] = network.split("/");
  return bits !== undefined && Number(bits) < (start.includes(":") ? 16 : 8);
}
