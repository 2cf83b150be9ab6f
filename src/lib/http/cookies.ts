import { parseCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { config } from "../../config.ts";

const isSecure = config.BASE_URL.startsWith("https:");

/** How a cookie of ours is called in the browser: `__Host-` ties it to this host and to https (RFC 6265bis, 4.1.3.2). */
export function cookieName(name: string): string {
  return isSecure ? `__Host-${name}` : name;
}

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const { cookie } = request.headers;
  return cookie === undefined ? undefined : parseCookie(cookie)[cookieName(name)];
}

/** Sets a cookie that no script can read; without `maxAgeSeconds` it is gone with the browser. */
export function setCookie(
  reply: FastifyReply,
  name: string,
  { value, maxAgeSeconds }: { value: string; maxAgeSeconds?: number },
): void {
  const attributes = { path: "/", httpOnly: true, sameSite: "lax", secure: isSecure } as const;
  const maxAge = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
  const cookie = stringifySetCookie({ name: cookieName(name), value, ...attributes, ...maxAge });
  const others = reply.getHeader("set-cookie");
  reply.removeHeader("set-cookie");
  // Of two for one name the later counts.
  const kept = [others ?? []].flat().filter((other) => !String(other).startsWith(`${cookieName(name)}=`));
  reply.header("set-cookie", [...kept.map(String), cookie]);
}

export function clearCookie(reply: FastifyReply, name: string): void {
  setCookie(reply, name, { value: "", maxAgeSeconds: 0 });
}
