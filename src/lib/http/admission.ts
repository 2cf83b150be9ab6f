import type { FastifyRequest } from "fastify";
import { NotFound } from "../errors.ts";
import { may } from "../viewer.ts";
import { Refused, wantsJson } from "./problems.ts";
import type { RouteInfo } from "./route-info.ts";

/** Where who may not enter yet is sent; each is given the path to come back to. */
export interface SignInPages {
  signIn: (next: string) => string;
  /** Asks who is signed in to prove it once more. */
  again: (next: string) => string;
  secondFactor: (next: string) => string;
}

/** Whoever has proved who it is within this time is not asked again before something dangerous. */
const recentlyMs = 15 * 60_000;

/**
 * Lets a viewer through to a route, or answers where a reader of pages must go first. Throws Refused with 401 or 403, or
 * NotFound for a page that the viewer must not know of.
 */
export function admit(
  { access, reauthenticate }: RouteInfo,
  request: FastifyRequest,
  pages: SignInPages | undefined,
): string | undefined {
  const { viewer } = request;
  const send = (to: keyof SignInPages, status: number, sentence: string): string => {
    if (pages === undefined || wantsJson(request.url, request.headers.accept)) throw new Refused(status, sentence);
    return pages[to](comeBackTo(request));
  };
  const permission = access.startsWith("permission:") ? access.slice("permission:".length) : undefined;
  // Who is not known yet may be of the staff.
  if ((access === "viewer" || permission !== undefined) && viewer.id === null) {
    return send("signIn", 401, "Please sign in to open this page.");
  }
  if (permission !== undefined && !may(viewer, permission)) {
    // Somebody without the permission does not learn that the page exists.
    if (viewer.session?.withholdsPermissions !== true) throw new NotFound();
    return send("secondFactor", 401, "Please show your second factor to open this page.");
  }
  if (!reauthenticate) return undefined;
  if (viewer.session?.isImpersonated === true) {
    throw new Refused(403, "Only the owner of the account may do this, not who acts for them.");
  }
  const age = Date.now() - (viewer.session?.authenticatedAt.getTime() ?? 0);
  return age < recentlyMs ? undefined : send("again", 401, "Please prove once more who you are.");
}

// What was sent by a form is not sent again: its page is where to go on.
function comeBackTo({ method, url, headers }: FastifyRequest): string {
  if (method === "GET" || method === "HEAD") return url;
  const page = URL.parse(headers.referer ?? "");
  return page !== null && page.host === headers.host ? page.pathname + page.search : "/";
}
