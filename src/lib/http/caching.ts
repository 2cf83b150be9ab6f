import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isAnonymous, type Outcome, type PageCache, type PageFlight, type Rendered } from "../page-cache.ts";
import { sendPage } from "./kept-page.ts";
import { Refused } from "./problems.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set while a page is rendered for the cache, and so for everybody who is not signed in. */
    flight?: PageFlight | undefined;
  }
}

/** Answers from memory before a request is routed: an address without undeclared parameters is its own key. */
export function answerEarly(cache: PageCache): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const { url = "", method, headers } = request;
    return (method === "GET" || method === "HEAD") && isAnonymous(headers) && cache.answer(url, request, response);
  };
}

/** Answers routes that declare `cache: true` from the page cache. */
export function answerFromCache(fastify: FastifyInstance, cache: PageCache): void {
  fastify.addHook("onRequest", (request, reply, done) => {
    if (!isForEverybody(request)) return done();
    const key = keyOf(request, request.routeOptions.config.queryNames ?? []);
    // The handler sees the canonical address, so a parameter that is not declared cannot find its way into the page.
    request.raw.url = key;
    if (cache.answer(key, request.raw, reply.raw) || cache.answerResting(key, request.raw, reply.raw)) {
      reply.hijack();
      return undefined;
    }
    return done();
  });
}

/** Keeps what such routes answer. */
export function fillCache(fastify: FastifyInstance, cache: PageCache): void {
  fastify.addHook("onRequest", (request, reply, done) => {
    if (!isForEverybody(request)) return done();
    const key = request.url;
    const flight = cache.join(key);
    if (flight instanceof Promise) return void answerOthers(flight, key, { request, reply, done });
    request.flight = flight;
    return done();
  });

  fastify.addHook("onSend", (request, reply, payload, done) => {
    const { flight } = request;
    if (flight === undefined) return done();
    request.flight = undefined;
    const rendered = keepable(request, reply, payload);
    if (rendered !== undefined) return void keep(flight, rendered, request, reply);
    if (reply.statusCode < 500) {
      cache.forget(flight.key);
      flight.settle(undefined);
      return done();
    }
    flight.settle(reply.statusCode);
    return cache.answerStale(flight.key, request.raw, reply.raw) ? void reply.hijack() : done();
  });

  async function answerOthers(
    flight: Promise<Outcome>,
    key: string,
    { request, reply, done }: { request: FastifyRequest; reply: FastifyReply; done: (error?: Error) => void },
  ): Promise<void> {
    const outcome = await flight;
    if (outcome === undefined) return done();
    if (typeof outcome === "number") {
      return cache.answerStale(key, request.raw, reply.raw) ? void reply.hijack() : done(new Refused(outcome));
    }
    reply.hijack();
    sendPage(outcome, request.raw, reply.raw);
    return undefined;
  }

  async function keep(
    flight: PageFlight,
    rendered: Rendered,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    reply.hijack();
    try {
      sendPage(await cache.keep(flight, rendered), request.raw, reply.raw);
    } catch (error) {
      request.log.error({ error }, "a page could not be kept");
      flight.settle(500);
      reply.raw.destroy();
    }
  }
}

function isForEverybody(request: FastifyRequest): boolean {
  return request.routeOptions.config.route?.cache === true && isAnonymous(request.headers);
}

// Only declared parameters, in the order of their declaration, as the handler will see them.
function keyOf(request: FastifyRequest, names: readonly string[]): string {
  const path = request.url.replace(/\?.*$/s, "");
  const given = new Map<string, unknown>(Object.entries(request.query ?? {}));
  const query = new URLSearchParams();
  for (const name of names) {
    const value = given.get(name);
    for (const item of Array.isArray(value) ? value : [value]) if (typeof item === "string") query.append(name, item);
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

const keepableStatus = new Set([200, 301, 308, 404]);
const ofTheRequest = new Set(["x-request-id", "content-length", "connection", "date"]);

// An answer that sets a cookie, varies with the request in its own way, or says that it is private is for one reader.
function keepable(request: FastifyRequest, reply: FastifyReply, payload: unknown): Rendered | undefined {
  const status = reply.statusCode;
  const control = status === 404 ? undefined : reply.getHeader("cache-control");
  if (!keepableStatus.has(status) || /private|no-store|no-cache/.test(String(control ?? ""))) return undefined;
  if (["set-cookie", "vary", "content-encoding"].some((name) => reply.hasHeader(name))) return undefined;
  const body = typeof payload === "string" ? Buffer.from(payload) : (payload ?? Buffer.alloc(0));
  if (!Buffer.isBuffer(body)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value === undefined || ofTheRequest.has(name) || (name === "cache-control" && control === undefined)) continue;
    headers[name] = String(value);
  }
  return { status, headers, body, acceptEncoding: request.headers["accept-encoding"] };
}
