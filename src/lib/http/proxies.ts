import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { UserError } from "../errors.ts";

/** Decides whether an address belongs to one of our proxies, given as addresses or networks (`10.0.0.0/8`). */
export function trustedProxies(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) addNetwork(list, network);
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
}

/**
 * Who a request comes from, before anything else is known of it: what proxies of ours say, read from the end, and not
 * what is said before them. As Fastify's `request.ip`.
 */
export function clientAddress(request: IncomingMessage, isTrusted: (address: string) => boolean): string {
  let address = request.socket.remoteAddress ?? "";
  const forwarded = request.headers["x-forwarded-for"];
  if (!forwarded) return address;
  for (const said of String(forwarded).split(",").toReversed()) {
    if (!isTrusted(address)) break;
    address = said.trim();
  }
  return address;
}

/** An address in the one form that there is of it: an IPv4 address inside of an IPv6 one is itself. Undefined for no address. */
export function plainAddress(said: string): string | undefined {
  if (isIPv4(said)) return said;
  // Some proxies send the port along.
  const address = said.replace(/^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/, "$1$2").replace(/%.*$/, "");
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

function addNetwork(list: BlockList, network: string): void {
  const [, address = "", bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(network) ?? [];
  try {
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  } catch {
    throw new UserError(`The trusted proxy “${network}” is not an address or a network such as 10.0.0.0/8.`);
  }
}

function family(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}

// Unlike any other process's, and cheap: random bytes once, then a counter.
const processId = randomBytes(8).toString("base64url");
let count = 0;

/** Makes request ids. One that a trusted proxy sends is kept when it is a plain token; anybody else's is not looked at. */
export function requestIds(isTrusted: (address: string) => boolean): (request: IncomingMessage) => string {
  return (request) => {
    const given = request.headers["x-request-id"];
    if (typeof given === "string" && /^[\w.:-]{8,128}$/.test(given) && isTrusted(request.socket.remoteAddress ?? "")) {
      return given;
    }
    count += 1;
    return `${processId}-${count.toString(36)}`;
  };
}
