import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../log.ts";
import type { PageCache } from "../page-cache.ts";
import { slashAddress } from "./addresses.ts";
import { loggedPath, refuseBusy } from "./answers.ts";
import { answerFromCache, fillCache } from "./caching.ts";
import { finishAnswers } from "./dynamic.ts";
import { countRequests, type RequestLimit } from "./counting.ts";
import { probes } from "./probes.ts";
import { Refused } from "./problems.ts";
import type { RouteInfo } from "./route-info.ts";

interface Parts {
  headers: Readonly<Record<string, string>>;
  /** Whether the request is for a host of this site. */
  isOurs: (request: IncomingMessage) => boolean;
  before: readonly ((request: IncomingMessage, response: ServerResponse) => boolean)[];
  pageCache: PageCache | undefined;
  isBusy: () => boolean;
  limit: RequestLimit | undefined;
  routes: readonly RouteInfo[];
  logger: Logger;
  observe: ((answered: Answered) => void) | undefined;
}

/** What is measured of an answer to a request that was routed. */
export interface Answered {
  /** The app whose route it was; `none` when it was no route's. */
  app: string;
  method: string;
  status: number;
  seconds: number;
}

/** What happens to every request that is routed, in this order. */
export function addHooks(fastify: FastifyInstance, parts: Parts): void {
  const { headers, isOurs, before, pageCache, isBusy, limit, routes, logger, observe } = parts;

  fastify.addHook("onRequest", (request, reply, done) => {
    reply.headers(headers).header("x-request-id", request.id);
    if (probes.has(request.url)) return done();
    if (!isOurs(request.raw)) return done(new Refused(400, "This is not the host of this site."));
    // Postgres cannot store it, and nobody types it.
    if (request.url.includes("%00")) return done(new Refused(400));
    // Requests that tests inject were not offered to these yet.
    for (const answer of before) if (answer(request.raw, reply.raw)) return void reply.hijack();
    const target = slashTarget(request, routes);
    if (target !== undefined) return void reply.header("cache-control", "public, max-age=300").redirect(target, 308);
    return done();
  });
  if (pageCache !== undefined) answerFromCache(fastify, pageCache);
  if (limit !== undefined) countRequests(fastify, limit);
  if (pageCache !== undefined) fillCache(fastify, pageCache);
  fastify.addHook("onRequest", (request, reply, done) => {
    if (!probes.has(request.url) && isBusy()) refuseBusy(request, reply);
    else done();
  });
  finishAnswers(fastify);
  fastify.addHook("onResponse", (request, reply, done) => {
    logger.info(describe(request, reply), "request");
    const app = request.routeOptions.config.route?.app ?? "none";
    observe?.({ app, method: request.method, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
}

// Only what no route knows by itself is looked at: a file such as `/name.md` has no slash at its end.
function slashTarget(request: FastifyRequest, routes: readonly RouteInfo[]): string | undefined {
  const pattern = request.routeOptions.config.route?.pattern ?? "*";
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && pattern.endsWith("*") ? slashAddress(request.url, routes) : undefined;
}

function describe(request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  return {
    requestId: request.id,
    method: request.method,
    path: loggedPath(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    app: request.routeOptions.config.route?.app,
    ip: request.ip,
  };
}
