import { createServer as createNodeServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  fastify as createFastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Router } from "./app.ts";
import { slashAddress } from "./http/addresses.ts";
import { answerError, type ErrorPage, pathOf, refuseUnrouted } from "./http/answers.ts";
import { answerBrokenRequest } from "./http/broken.ts";
import { addPageCache, answerEarly } from "./http/caching.ts";
import { drain } from "./http/drain.ts";
import { securityHeaders } from "./http/headers.ts";
import { allowedHosts } from "./http/hosts.ts";
import { watchPressure } from "./http/pressure.ts";
import { type Problem, Refused } from "./http/problems.ts";
import { requestIds, trustedProxies } from "./http/proxies.ts";
import { createRouter, type RouteInfo } from "./http/router.ts";
import type { Logger } from "./log.ts";
import { createPageCache, type PageCache } from "./page-cache.ts";
import { anonymous, type Viewer } from "./viewer.ts";

export type { ErrorPage, Problem, RouteInfo };
export { stopOnSignals } from "./http/drain.ts";

export interface ServerOptions {
  /** The apps with routes, roof first. */
  apps: readonly { name: string; routes?: (router: Router) => void }[];
  /** The origin of the site: requests for other hosts are refused. */
  baseUrl: string;
  logger: Logger;
  errorPage: ErrorPage;
  /** Another value whenever anything public changed. With it, routes that declare `cache: true` are kept in memory. */
  contentVersion?: () => string | number;
  pageCache?: boolean;
  viewerOf?: (request: FastifyRequest) => Viewer | Promise<Viewer>;
  /** Hashes of the inline scripts that pages carry, such as `sha256-…`. */
  scriptHashes?: readonly string[];
  /** Each may answer a request before it is routed, and says whether it did. */
  before?: readonly ((request: IncomingMessage, response: ServerResponse) => boolean)[];
  /** Addresses or networks whose X-Forwarded-For and X-Request-Id are believed. */
  trustedProxies?: readonly string[];
  /** When a handler has not answered by then, we do. */
  deadlineMs?: number;
  /** How late the event loop may run before new requests are turned away. */
  maxLagMs?: number;
  /** How long silent connections stay open while the server stops. */
  graceMs?: number;
}

export interface Server {
  fastify: FastifyInstance;
  routes: readonly RouteInfo[];
  pageCache: PageCache | undefined;
  /** Answers the origin it listens at. */
  listen: (options: { host: string; port: number }) => Promise<string>;
  /** Stops accepting and lets the requests under way finish, for 25 s at most. May be called twice. */
  close: () => Promise<void>;
}

/** Makes the server of a site. It answers `/health` without asking the database. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { apps, logger, deadlineMs = 25_000, viewerOf = () => anonymous, contentVersion } = options;
  const isAllowed = allowedHosts(options.baseUrl);
  const isTrusted = trustedProxies(options.trustedProxies ?? []);
  const headers = securityHeaders(options);
  const pressure = watchPressure(options.maxLagMs ?? 500);
  const cached = contentVersion !== undefined && options.pageCache !== false;
  const pageCache = cached ? createPageCache({ contentVersion, flightMs: deadlineMs + 1000 }) : undefined;
  const before = [...(pageCache === undefined ? [] : [answerEarly(pageCache)]), ...(options.before ?? [])];
  const routes: RouteInfo[] = [];
  let closing: Promise<void> | undefined;

  const node = createNodeServer(timeouts, (request, response) => {
    if (closing !== undefined) response.shouldKeepAlive = false;
    if (!request.url?.startsWith("/")) toOriginForm(request);
    if (isAllowed(request.headers.host)) for (const answer of before) if (answer(request, response)) return;
    fastify.routing(request, response);
  });
  node.timeout = 120_000;

  const baseLogger: FastifyBaseLogger = logger;
  const fastify = createFastify({
    loggerInstance: baseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent, { reqId }) => parent.child({ requestId: reqId }),
    serverFactory: () => node,
    trustProxy: isTrusted,
    genReqId: requestIds(isTrusted),
    return503OnClosing: false,
    exposeHeadRoutes: false,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: answerBrokenRequest,
    // Addresses that cannot be decoded do not reach the hooks.
    frameworkErrors: (error, request, reply) => {
      reply.headers(headers).header("x-request-id", request.id);
      void refuseEarly(error, request, reply);
    },
  });
  fastify.setErrorHandler((error, request, reply) => answerError(error, request, reply, options.errorPage));
  fastify.setNotFoundHandler((request, reply) => refuseUnrouted(request, reply, routes));

  fastify.addHook("onRequest", (request, reply, done) => {
    reply.headers(headers).header("x-request-id", request.id);
    if (request.url === "/health") return done();
    if (!isAllowed(request.headers.host)) return done(new Refused(400, "This is not the host of this site."));
    if (request.url.includes("%00"))
      return done(new Refused(400, "The address holds a character that is not allowed."));
    // Requests that tests inject have not been asked for before.
    for (const answer of before) if (answer(request.raw, reply.raw)) return void reply.hijack();
    return redirectToSlash(request, reply, done);
  });
  if (pageCache !== undefined) addPageCache(fastify, pageCache);
  fastify.addHook("onRequest", (request, _reply, done) => {
    const busy = pressure.isHigh() && request.url !== "/health";
    done(busy ? new Refused(503, "The site is very busy. Please try again in a moment.") : undefined);
  });
  fastify.addHook("onSend", (_request, reply, _payload, done) => {
    // What did not say that it may be kept is for this reader alone, and so is whatever sets a cookie: RFC 9111, 5.2.2.
    if (!reply.hasHeader("cache-control") || reply.hasHeader("set-cookie")) {
      reply.header("cache-control", "private, no-store");
    }
    done();
  });
  fastify.addHook("onResponse", (request, reply, done) => {
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        app: request.routeOptions.config.route?.app,
        ip: request.ip,
      },
      "request",
    );
    done();
  });

  mount("http", (router) => {
    router.get("/health", { access: "anyone" }, (_request, reply) => {
      reply.header("cache-control", "no-store");
      return "alive\n";
    });
  });
  for (const { name, routes: register } of apps) if (register !== undefined) mount(name, register);
  await fastify.ready();

  return { fastify, routes, pageCache, listen, close };

  // Only what no route knows by itself is looked at: a file such as `/name.md` has no slash at its end.
  function redirectToSlash(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const pattern = request.routeOptions.config.route?.pattern ?? "*";
    const target = pattern.endsWith("*") && isRead(request.method) ? slashAddress(request.url, routes) : undefined;
    if (target === undefined) done();
    else reply.header("cache-control", "public, max-age=300").redirect(target, 308);
  }

  function mount(app: string, register: (router: Router) => void): void {
    register(createRouter(fastify, { app, deadlineMs, viewerOf, onRoute: (route) => routes.push(route) }));
  }

  function listen({ host, port }: { host: string; port: number }): Promise<string> {
    return new Promise((resolve, reject) => {
      node.once("error", reject);
      node.listen(port, host, () => {
        node.off("error", reject);
        const address = node.address();
        const bound = typeof address === "object" ? (address?.port ?? port) : port;
        resolve(`http://${host.includes(":") ? `[${host}]` : host}:${bound}`);
      });
    });
  }

  async function refuseEarly(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.send(await answerError(error, request, reply, options.errorPage));
  }

  async function stop(): Promise<void> {
    await drain(node, { graceMs: options.graceMs ?? 2000, limitMs: 25_000 });
    pressure.stop();
    await fastify.close();
  }

  function close(): Promise<void> {
    closing ??= stop();
    return closing;
  }
}

// `GET http://host/path` is as good as `GET /path` with that Host, which it overrules: RFC 9112, 3.2.2.
function toOriginForm(request: IncomingMessage): void {
  const address = URL.parse(request.url ?? "");
  if (address === null) return;
  request.url = address.pathname + address.search;
  request.headers.host = address.host;
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

// Heroku's router keeps silent connections for 90 s, so ours must outlive them. The others bound how long somebody may
// take to send a request: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener
const timeouts = {
  keepAliveTimeout: 95_000,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2000,
};
