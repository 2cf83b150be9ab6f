/**
 * Decides whether a Host header names this site. It must be the host of BASE_URL; when that is this machine, any name
 * of this machine with any port will do. What a proxy says in X-Forwarded-Host is never asked for, so a link, a
 * redirect or a cached page cannot be poisoned with another host.
 */
export function allowedHosts(baseUrl: string): (host: string | undefined) => boolean {
  const base = new URL(baseUrl);
  const known = new Set([base.host, `${base.hostname}:${base.port || (base.protocol === "https:" ? 443 : 80)}`]);
  const local = isLocal(base.hostname);
  return (host) =>
    host !== undefined && (known.has(host) || known.has(host.toLowerCase()) || (local && isLocal(withoutPort(host))));
}

function isLocal(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, "");
}

/** A request that names several hosts is refused, whichever is ours: RFC 9112, 3.2. */
export function namesOneHost(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const name = rawHeaders[place];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts < 2;
}
