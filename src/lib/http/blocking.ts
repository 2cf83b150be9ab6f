import type { IncomingMessage, ServerResponse } from "node:http";
import { BlockList, isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { countryIn } from "./country.ts";
import { probes } from "./probes.ts";
import { clientAddress, plainAddress } from "./proxies.ts";

/** Who is turned away: an address, a network such as `192.0.2.0/24`, a country such as `NL`, or a part of the User-Agent. */
export interface BlockRule {
  kind: "address" | "network" | "country" | "agent";
  value: string;
}

export interface Caller {
  address: string;
  /** As a trusted proxy says, else "". */
  country: string;
  agent: string;
}

/** Decides who is turned away; undefined when nobody is. A rule that says nothing is left out. */
export function blockerOf(rules: readonly BlockRule[]): ((caller: Caller) => boolean) | undefined {
  const valuesOf = (kind: BlockRule["kind"]): string[] =>
    rules.filter((rule) => rule.kind === kind && isBlockValue(kind, rule.value)).map(({ value }) => value);
  // Node's list is looked through from end to end, which is too slow for thousands of addresses.
  const addresses = new Set(valuesOf("address").flatMap((value) => plainAddress(value) ?? []));
  const networks = new BlockList();
  for (const network of valuesOf("network")) {
    const [address, bits] = ipaddr.parseCIDR(network);
    networks.addSubnet(address.toString(), bits, address.kind());
  }
  const hasNetworks = networks.rules.length > 0;
  const countries = new Set(valuesOf("country"));
  const agents = valuesOf("agent").map((agent) => agent.toLowerCase());
  if (!hasNetworks && addresses.size + countries.size + agents.length === 0) return undefined;

  return ({ address: given, country, agent: name }) => {
    const address = plainAddress(given) ?? "";
    const agent = agents.length === 0 ? "" : name.toLowerCase();
    return (
      addresses.has(address) ||
      (hasNetworks && address !== "" && networks.check(address, isIPv4(address) ? "ipv4" : "ipv6")) ||
      countries.has(country) ||
      agents.some((part) => agent.includes(part))
    );
  };
}

/** Whether a rule of this kind can have this value. An agent has three characters or more, since fewer are in every browser's. */
export function isBlockValue(kind: BlockRule["kind"], value: string): boolean {
  if (kind === "country") return /^[A-Z]{2}$/.test(value);
  if (kind === "agent") return value.trim().length >= 3;
  const [address = "", bits] = value.split("/", 2);
  // What else a library would take for an address, `192.0.2` or `0300.0.2.1`, is a slip of the pen.
  return isIP(address) !== 0 && (kind === "network" ? ipaddr.isValidCIDR(value) : bits === undefined);
}

/**
 * Turns away whom `blocker` names, before anything else is done. Whoever watches over the process is answered all the same.
 * Give it to the server as the first of `before`.
 */
export function refuseBlocked(
  blocker: () => ((caller: Caller) => boolean) | undefined,
  { isTrusted, headers }: { isTrusted: (address: string) => boolean; headers: Readonly<Record<string, string>> },
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const isBlocked = blocker();
    if (isBlocked === undefined || probes.has(request.url ?? "")) return false;
    const address = clientAddress(request, isTrusted);
    const isBehindProxy = isTrusted(request.socket.remoteAddress ?? "");
    const country = isBehindProxy ? countryIn(request.headers) : "";
    if (!isBlocked({ address, country, agent: request.headers["user-agent"] ?? "" })) return false;
    response.writeHead(403, { ...headers, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? "" : "This site does not take requests from here.\n");
    return true;
  };
}
