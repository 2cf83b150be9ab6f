import type { IncomingMessage, Server as NodeServer, ServerResponse } from "node:http";
import {
  fastify as createFastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { LaterRoutes, Routes } from "./app.ts";
import type { SignInPages } from "./http/admission.ts";
import { answerError, type ErrorPage, refuseUnrouted } from "./http/answers.ts";
import { answerBrokenRequest } from "./http/broken.ts";
import { type Caller, refuseBlocked } from "./http/blocking.ts";
import { answerEarly } from "./http/caching.ts";
import type { RequestLimit } from "./http/counting.ts";
import { drain } from "./http/drain.ts";
import { securityHeaders } from "./http/headers.ts";
import { addHooks, type Answered } from "./http/hooks.ts";
import { allowedHosts, namesOneHost } from "./http/hosts.ts";
import { nodeHttp } from "./http/node.ts";
import { watchPressure } from "./http/pressure.ts";
import type { Problem } from "./http/problems.ts";
import { requestIds, trustedProxies } from "./http/proxies.ts";
import { finderOf } from "./http/later.ts";
import type { RouteInfo } from "./http/route-info.ts";
import { type Mount, registerDeclared, registerRoutes } from "./http/router.ts";
import type { Logger } from "./log.ts";
import { createPageCache, type PageCache, type PageCacheStats } from "./page-cache.ts";
import { anonymous, type Viewer } from "./viewer.ts";

export type { Answered, ErrorPage, Problem, RouteInfo };
export { stopOnSignals } from "./http/drain.ts";

export interface ServerOptions {
  /** The apps with routes, roof first. */
  apps: readonly { name: string; routes?: Routes | LaterRoutes }[];
  /** What is known of routes that are loaded later; without it they are loaded at once. */
  routeTable?: readonly RouteInfo[] | undefined;
  /** The origin of the site: requests for other hosts are refused. */
  baseUrl: string;
  logger: Logger;
  errorPage: ErrorPage;
  /** Another value whenever anything public changed. With it, routes that declare `cache: true` are kept in memory. */
  contentVersion?: () => string | number;
  pageCache?: boolean;
  viewerOf?: (request: FastifyRequest) => Viewer | Promise<Viewer>;
  /** Where who may not enter yet is sent; without them such requests are refused. */
  signInPages?: SignInPages;
  /** Who is turned away at once, as of now. */
  blocker?: () => ((caller: Caller) => boolean) | undefined;
  /** What every request that no cache answers is counted against, unless its route says otherwise. */
  limit?: RequestLimit;
  /** Hashes of the inline scripts that pages carry, such as `sha256-…`. */
  scriptHashes?: readonly string[];
  /** Each may answer a request before it is routed, and says whether it did. */
  before?: readonly ((request: IncomingMessage, response: ServerResponse) => boolean)[];
  /** Addresses or networks whose X-Forwarded-For and X-Request-Id are believed. */
  trustedProxies?: readonly string[];
  /** Told of every request that was routed, once it is answered. */
  observe?: (answered: Answered) => void;
  /** When a handler has not answered by then, we do. */
  deadlineMs?: number;
  /** How long requests that arrive together may keep the process busy before the rest of them is turned away. */
  maxBusyMs?: number;
  /** How long silent connections stay open while the server stops. */
  graceMs?: number;
}

declare module "fastify" {
  interface FastifyInstance {
    /** How the server does, for the routes that tell of it. */
    condition: { isStopping: () => boolean; pageCache: () => PageCacheStats | undefined };
  }
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
  const {
    apps,
    logger,
    errorPage,
    deadlineMs = 25_000,
    viewerOf = () => anonymous,
    contentVersion,
    signInPages,
  } = options;
  const isAllowed = allowedHosts(options.baseUrl);
  const isOurs = ({ headers: { host }, rawHeaders }: IncomingMessage) => isAllowed(host) && namesOneHost(rawHeaders);
  const headers = securityHeaders(options);
  const isBusy = watchPressure(options.maxBusyMs ?? 250);
  const cached = contentVersion !== undefined && options.pageCache !== false;
  const pageCache = cached ? createPageCache({ contentVersion, flightMs: deadlineMs + 1000 }) : undefined;
  const isTrusted = trustedProxies(options.trustedProxies ?? []);
  const before = [
    ...(options.blocker === undefined ? [] : [refuseBlocked(options.blocker, { isTrusted, headers })]),
    ...(pageCache === undefined ? [] : [answerEarly(pageCache)]),
    ...(options.before ?? []),
  ];
  const routes: RouteInfo[] = [];
  let closing: Promise<void> | undefined;

  // What has no body is not made a stream of.
  const node = nodeHttp.createServer({ ...timeouts, optimizeEmptyRequests: true }, (request, response) => {
    if (closing !== undefined) response.shouldKeepAlive = false;
    if (!request.url?.startsWith("/")) toOriginForm(request);
    if (isOurs(request)) for (const answer of before) if (answer(request, response)) return;
    fastify.routing(request, response);
  });
  node.timeout = 120_000;

  const fastify = buildFastify(node, { logger, headers, errorPage, isTrusted });
  fastify.decorate("condition", { isStopping: () => closing !== undefined, pageCache: () => pageCache?.stats() });
  fastify.setNotFoundHandler((request, reply) => refuseUnrouted(request, reply, routes));
  const { limit, observe } = options;
  addHooks(fastify, { headers, isOurs, before, pageCache, isBusy, limit, routes, logger, observe });
  mount("http", (router) => {
    router.get("/health", { access: "anyone" }, (_request, reply) => {
      reply.header("cache-control", "no-store");
      return "alive\n";
    });
  });
  for (const { name, routes: register } of apps) {
    if (register === undefined) continue;
    if (typeof register === "function") mount(name, register);
    else if (options.routeTable === undefined) mount(name, (await register.load()).routes);
    else mountLater(name, register, options.routeTable);
  }
  await fastify.ready();

  return { fastify, routes, pageCache, listen: (place) => listen(node, place), close: () => (closing ??= stop()) };

  function mount(app: string, register: Routes): void {
    registerRoutes(fastify, register, mountOf(app));
  }

  function mountLater(app: string, later: LaterRoutes, table: readonly RouteInfo[]): void {
    const declared = table.filter((route) => route.app === app);
    registerDeclared(fastify, declared, finderOf(app, later, declared), mountOf(app));
  }

  function mountOf(app: string): Mount {
    return { app, deadlineMs, viewerOf, signInPages, onRoute: (route) => routes.push(route) };
  }

  async function stop(): Promise<void> {
    await drain(node, { graceMs: options.graceMs ?? 500, limitMs: 25_000 });
    await fastify.close();
  }
}

function buildFastify(
  node: NodeServer,
  options: {
    logger: FastifyBaseLogger;
    headers: Record<string, string>;
    errorPage: ErrorPage;
    isTrusted: (address: string) => boolean;
  },
): FastifyInstance {
  const { logger, headers, errorPage, isTrusted } = options;
  const fastify = createFastify({
    loggerInstance: logger,
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
      void sendError(error, request, reply, errorPage);
    },
  });
  fastify.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  fastify.setErrorHandler((error, request, reply) => answerError(error, request, reply, errorPage));
  return fastify;
}

async function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, page: ErrorPage): Promise<void> {
  reply.send(await answerError(error, request, reply, page));
}

function listen(node: NodeServer, { host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    node.once("error", reject);
    // The usual backlog of 511 makes a crowd wait for seconds, unseen, where it could be turned away.
    node.listen({ port, host, backlog: 4096 }, () => {
      node.off("error", reject);
      const address = node.address();
      const bound = typeof address === "object" ? (address?.port ?? port) : port;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${bound}`);
    });
  });
}

// `GET http://host/path` is as good as `GET /path` with that Host, which it overrules: RFC 9112, 3.2.2.
function toOriginForm(request: IncomingMessage): void {
  const address = URL.parse(request.url ?? "");
  if (address === null) return;
  request.url = address.pathname + address.search;
  request.headers.host = address.host;
}

// Heroku's router keeps silent connections for 90 s, so ours must outlive them. The others bound how long somebody may
// take to send a request: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener
const timeouts = {
  keepAliveTimeout: 95_000,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2000,
};
