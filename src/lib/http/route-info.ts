import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Access, Answer, RouteOptions } from "../app.ts";

/** A row of the table of routes: all that must be known of a route before its handler is. */
export interface RouteInfo {
  app: string;
  method: string;
  pattern: string;
  access: Access;
  cache: boolean;
  csrf: boolean;
  reauthenticate: boolean;
  body?: "raw" | "upload";
  bodyLimit?: number;
}

/** What else a request needs. */
export interface Found {
  query: z.ZodObject | undefined;
  /** A method, so that it may be one for requests of its own pattern. */
  handler(request: FastifyRequest, reply: FastifyReply): Answer | Promise<Answer>;
}

/** Throws when the declaration is not whole. */
export function infoOf(
  place: Pick<RouteInfo, "app" | "method" | "pattern">,
  options: Omit<RouteOptions, "query" | "limit">,
): RouteInfo {
  const { access, cache = false, csrf, reauthenticate, body, bodyLimit } = options;
  const asked = { csrf: csrf ?? true, reauthenticate: reauthenticate ?? false };
  const route: RouteInfo = {
    ...place,
    access,
    cache,
    ...asked,
    ...(body && { body }),
    ...(bodyLimit !== undefined && { bodyLimit }),
  };
  const name = `${keyOf(route)} of ${route.app}`;
  // The type asks for it too, but a route that anybody may call by mistake is worth a second look.
  if (!isAccess(access)) throw new Error(`The route ${name} does not declare who may call it.`);
  if (cache && (route.method !== "GET" || !/^(anyone|entitled)$/.test(access))) {
    throw new Error(`The route ${name} cannot be cached: its answer is not the same for every reader.`);
  }
  return route;
}

export function isAccess(word: string): word is Access {
  return /^(anyone|viewer|entitled|permission:.+)$/.test(word);
}

export function keyOf({ method, pattern }: Pick<RouteInfo, "method" | "pattern">): string {
  return `${method} ${pattern}`;
}
