import { createHmac, hkdfSync } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import { config } from "../../config.ts";

/** Whose doings are counted together. */
export type By = "address" | "network" | "account" | "everybody";

/**
 * The name under which somebody is counted: an address as it is, an IPv6 one by its /64, since a household has at least
 * that many; the network around it by /24 and /48. An account is given by whatever names it, a mail address too, and is not to be read
 * from the name.
 */
export const counters: Readonly<Record<By, (who: string) => string>> = {
  address: (address) => (isIPv4(address) ? address : ofOther(address, { bytes: 4, groups: 4 })),
  network: (address) =>
    isIPv4(address) ? `${address.slice(0, address.lastIndexOf("."))}.0` : ofOther(address, { bytes: 3, groups: 3 }),
  account: (name) => createHmac("sha256", key).update(name.trim().toLowerCase()).digest("base64url"),
  everybody: () => "everybody",
};

const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "limits of accounts", 32));

function ofOther(address: string, { bytes, groups }: { bytes: number; groups: number }): string {
  // Some proxies send the port along.
  const bare = address.replace(/^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/, "$1$2").replace(/%.*$/, "");
  if (!isIPv4(bare) && !isIPv6(bare)) return "unknown";
  const parsed = ipaddr.process(bare);
  if (parsed instanceof ipaddr.IPv4) return [...parsed.octets.slice(0, bytes), 0].slice(0, 4).join(".");
  return `${parsed.parts
    .slice(0, groups)
    .map((part) => part.toString(16))
    .join(":")}::`;
}
