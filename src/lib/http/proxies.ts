import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { UserError } from "../errors.ts";

/** Decides whether an address belongs to one of our proxies, given as addresses or networks (`10.0.0.0/8`). */
export function trustedProxies(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) addNetwork(list, network);
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
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
