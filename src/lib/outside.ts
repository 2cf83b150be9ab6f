import { Resolver } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { nodeHttp } from "./http/node.ts";

/** What came back from a stranger. `type` is only their claim. */
export interface Outside {
  /** The address after redirects. */
  url: string;
  type: string | undefined;
  bytes: Buffer;
}

export interface OutsideOptions {
  maxBytes: number;
  /** Time for everything: names, redirects and the body. 10 s unless said otherwise. */
  timeoutMs?: number;
  /** Who may be asked: `images.example.org`, `*.example.org`, `example.org:8443`, or `*` for anybody. */
  hosts: readonly string[];
  /** How names become addresses and which addresses are fit to be asked. Only tests replace it. */
  network?: Network;
}

export interface Network {
  resolve(host: string): Promise<readonly string[]>;
  isPublic(address: string): boolean;
}

/** A fetch that ended without the file, with a sentence for whoever asked. */
export class OutsideError extends Error {
  override name = "OutsideError";
  /** `refused`: we will not ask, whatever they would answer. `failed`: they did not deliver. */
  readonly outcome: "refused" | "failed";

  constructor(outcome: "refused" | "failed", message: string) {
    super(message);
    this.outcome = outcome;
  }
}

const maxRedirects = 3;

/**
 * Fetches a file from a stranger's server without lending them our place in the network: http and https on their
 * usual ports, allowed hosts, public addresses only. Each name is resolved once and the connection is made to the very
 * addresses that were checked, at every redirect anew. Throws OutsideError.
 */
export async function fetchOutside(url: string, options: OutsideOptions): Promise<Outside> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const { response, target } = await reach(url, options, signal);
  return { url: target.href, ...(await readBody(response, options.maxBytes, signal)) };
}

/** Asks a stranger's server under the same rules; answers the status after redirects and leaves the rest. */
export async function askOutside(url: string, options: Omit<OutsideOptions, "maxBytes">): Promise<number> {
  const { response } = await reach(url, options, AbortSignal.timeout(options.timeoutMs ?? 10_000));
  response.destroy();
  return response.statusCode ?? 0;
}

async function reach(
  url: string,
  options: Omit<OutsideOptions, "maxBytes">,
  signal: AbortSignal,
): Promise<{ response: IncomingMessage; target: URL }> {
  let target = parseTarget(url, options.hosts);
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const addresses = await resolvePublic(target, options.network ?? internet, signal);
    const response = await ask(target, addresses, signal);
    const redirect = redirectOf(response);
    if (redirect === undefined) return { response, target };
    response.destroy();
    if (!URL.canParse(redirect, target)) throw refused("The redirect leads to no address.");
    target = parseTarget(new URL(redirect, target).href, options.hosts);
  }
  throw refused(`More than ${maxRedirects} redirects.`);
}

const internet: Network = { resolve: askNameServers, isPublic: isPublicAddress };

/** The system's own lookup would hold a thread that files are read with, and knows names of this machine. */
async function askNameServers(host: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const [first] = answers;
  if (addresses.length === 0 && first.status === "rejected") throw first.reason;
  return addresses;
}

/**
 * Whether an address belongs to the public internet. Everything in the special-purpose registries (RFC 6890) is not,
 * nor is an IPv6 address outside 2000::/3 or one that carries an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) only makes sense on the local link.
  if (address.includes("%") || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || (Number(parsed.toByteArray()[0]) & 0xe0) === 0x20;
}

function parseTarget(text: string, hosts: readonly string[]): URL {
  if (text.length > 4096 || !URL.canParse(text)) throw refused("This is not an address.");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refused("Only http and https addresses are fetched.");
  if (url.username || url.password) throw refused("An address with a user name or password is not fetched.");
  const host = url.hostname.replace(/\.$/, "");
  if (!hosts.some((allowed) => isAllowed(allowed.toLowerCase(), host, url.port))) {
    throw refused(`${url.host} is not among the allowed hosts.`);
  }
  return url;
}

/** The URL parser leaves the port empty when it is the scheme's own; any other must be named in the list. */
function isAllowed(allowed: string, host: string, port: string): boolean {
  const [, name = "", allowedPort = ""] = /^(.*?)(?::(\d+))?$/.exec(allowed) ?? [];
  const isPort = port === allowedPort || (allowedPort === "" && (port === "80" || port === "443"));
  if (!isPort) return false;
  return name === "*" || name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)));
}

/** The addresses to connect to. A name with a single private one among public ones is refused: it is rebinding. */
async function resolvePublic(url: URL, network: Network, signal: AbortSignal): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = ipaddr.isValid(host) ? [host] : await resolveName(host, network, signal);
  if (addresses.length === 0) throw failed(`${host} has no address.`);
  if (!addresses.every((address) => network.isPublic(address))) {
    throw refused(`${host} is not a public address.`);
  }
  return addresses;
}

async function resolveName(host: string, network: Network, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await Promise.race([network.resolve(host), rejectOnAbort(signal)]);
  } catch (error) {
    throw signal.aborted ? tooSlow() : failed(`${host} was not found (${codeOf(error)}).`);
  }
}

function ask(url: URL, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const found = addresses.map((address) => ({ address, family: ipaddr.parse(address).kind() === "ipv4" ? 4 : 6 }));
  // The name stays in the Host header and in TLS, but it is not looked up a second time.
  const pinned: LookupFunction = (_host, { all }, callback) => {
    if (all) callback(null, found);
    else callback(null, found[0]?.address ?? "", found[0]?.family);
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestHttps : nodeHttp.request)(url, {
      // A kept connection would have been checked for somebody else's request.
      agent: false,
      lookup: pinned,
      signal,
      headers: { accept: "image/*, */*;q=0.1", "accept-encoding": "identity", "user-agent": "Lectern" },
    });
    request.on("response", resolve);
    request.on("error", (error) => {
      reject(signal.aborted ? tooSlow() : failed(`${url.host} did not answer (${codeOf(error)}).`));
    });
    request.end();
  });
}

function redirectOf(response: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(response.statusCode ?? 0) ? response.headers.location : undefined;
}

async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal) {
  const { "content-encoding": coding, "content-length": length, "content-type": type } = response.headers;
  try {
    if (response.statusCode !== 200) throw failed(`They answered ${response.statusCode}.`);
    // A compressed body could unpack to anything, and was not asked for.
    if (coding && coding !== "identity") throw failed(`They answered in ${coding}.`);
    if (Number(length) > maxBytes) throw tooLarge(maxBytes);
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
    return { type, bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    throw signal.aborted ? tooSlow() : failed(`The answer broke off (${codeOf(error)}).`);
  } finally {
    response.destroy();
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(tooSlow()), { once: true });
  });
}

function refused(why: string): OutsideError {
  return new OutsideError("refused", why);
}

function failed(why: string): OutsideError {
  return new OutsideError("failed", why);
}

function tooSlow(): OutsideError {
  return failed("They took too long.");
}

function tooLarge(maxBytes: number): OutsideError {
  return refused(`The file is larger than ${Math.round(maxBytes / 1_000_000)} MB.`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
}
