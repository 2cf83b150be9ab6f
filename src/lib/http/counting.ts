import type { FastifyInstance } from "fastify";
import { probes } from "./probes.ts";

/** What requests are counted against: throws `Limited` for an address that has asked too often. */
export interface RequestLimit {
  take: (address: string) => void;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route is counted against in place of the limit for all; false: nothing. */
    limit?: RequestLimit | false | undefined;
  }
}

// Readers who come by a proxy on this machine that is not trusted all seem to be here.
const here = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** Counts each request that comes so far, and turns away whoever has asked too often. */
export function countRequests(fastify: FastifyInstance, limit: RequestLimit): void {
  fastify.addHook("onRequest", (request, _reply, done) => {
    const { limit: own = limit } = request.routeOptions.config;
    if (own === false || here.has(request.ip) || probes.has(request.url)) return done();
    try {
      own.take(request.ip);
    } catch (error) {
      return done(error instanceof Error ? error : new Error(String(error)));
    }
    return done();
  });
}
