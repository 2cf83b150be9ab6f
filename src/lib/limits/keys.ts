import { createHmac, hkdfSync } from "node:crypto";
import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { config } from "../../config.ts";
import { plainAddress } from "../http/proxies.ts";

/** Whose doings are counted together. */
export type By = "address" | "network" | "account" | "everybody";

/**
 * The name under which somebody is counted: an address as it is, an IPv6 one by its /64, since a household has at least
 * that many; the network around it by /24 and /48. An account is given by whatever names it, a mail address too, and is not to be read
 * from the name.
 */
export const counters: Readonly<Record<By, (who: string) => string>> = {
  address: (address) => around(address, { v4: 4, v6: 4 }),
  network: (address) => around(address, { v4: 3, v6: 3 }),
  account: (name) => createHmac("sha256", key).update(name.trim().toLowerCase()).digest("base64url"),
  everybody: () => "everybody",
};

const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "limits of accounts", 32));

// So many bytes of an IPv4 address, so many groups of an IPv6 one.
function around(said: string, { v4, v6 }: { v4: number; v6: number }): string {
  const address = plainAddress(said);
  if (address === undefined) return "unknown";
  if (isIPv4(address)) return v4 === 4 ? address : `${address.split(".").slice(0, v4).join(".")}.0`;
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, v6);
  return `${groups.map((group) => group.toString(16)).join(":")}::`;
}
