import { isIP } from "node:net";

/** Whether a host is this machine, so that nothing between the two can be overheard. */
export function isThisMachine(host: string): boolean {
  return host === "" || /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Whether what is sent to a host crosses a network: names without a dot are containers beside this one. */
export function isElsewhere(host: string): boolean {
  return !isThisMachine(host) && (isIPAddress(host) || host.includes("."));
}

/** Whether a host is given by its number. */
export function isIPAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, "")) !== 0;
}

/** Whether a name is nobody's on the internet: those of RFC 2606 and 6761, and those of local networks. */
export function isReserved(host: string): boolean {
  return /(^|\.)(example\.(com|org|net)|example|test|invalid|localhost|local|internal|lan)$/i.test(host);
}

/** Where DATABASE_URL leads; empty for a socket. */
export function databaseHost(url: string): string {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? hostname;
  return host.startsWith("/") ? "" : host;
}
