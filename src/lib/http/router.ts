import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Answer, Router } from "../app.ts";
import { withCurrent, type Current } from "../current.ts";
import { Html } from "../jsx/jsx-runtime.ts";
import { withRequestId } from "../trace.ts";
import { anonymous, type Viewer } from "../viewer.ts";
import { admit, type SignInPages } from "./admission.ts";
import type { RequestLimit } from "./counting.ts";
import { withDeadline } from "./deadline.ts";
import { csrfTokenFor, refuseForeign, refuseForgery } from "./forgery.ts";
import { Refused } from "./problems.ts";
import { infoOf, keyOf, type Found, type RouteInfo } from "./route-info.ts";

/** What the router of an app is told. */
export interface Mount {
  app: string;
  deadlineMs: number;
  viewerOf: (request: FastifyRequest) => Viewer | Promise<Viewer>;
  signInPages: SignInPages | undefined;
  onRoute: (route: RouteInfo) => void;
}

declare module "fastify" {
  interface FastifyContextConfig {
    route?: RouteInfo;
    /** The query parameters that the route declares. */
    queryNames?: readonly string[];
  }
  interface FastifyRequest {
    /** Set once the viewer is known: for pages that are made after the handler has failed. */
    current?: Current;
  }
}

/**
 * Lets an app register its routes. Throws at once when a declaration is not whole. A form, which knows no other method
 * than POST, asks for another by its field `_method`.
 */
export function registerRoutes(fastify: FastifyInstance, register: (router: Router) => void, mount: Mount): void {
  const { add, finish } = openRouter(fastify, mount);
  const adding =
    (method: string): Router["get"] =>
    (pattern, options, handler) => {
      const { query, limit } = options;
      const found: Found = { query, handler };
      add(infoOf({ app: mount.app, method, pattern }, options), { find: () => found, query, limit });
    };
  register({
    get: adding("GET"),
    post: adding("POST"),
    put: adding("PUT"),
    patch: adding("PATCH"),
    delete: adding("DELETE"),
  });
  finish();
}

/** Registers what a table says of an app's routes; `find` is asked for a handler once somebody is let in. */
export function registerDeclared(
  fastify: FastifyInstance,
  declared: readonly RouteInfo[],
  find: (route: RouteInfo) => Promise<Found>,
  mount: Mount,
): void {
  const { add, finish } = openRouter(fastify, mount);
  for (const route of declared) add(route, { find: () => find(route) });
  finish();
}

interface Rest {
  find: () => Found | Promise<Found>;
  query?: z.ZodObject | undefined;
  limit?: RequestLimit | false | undefined;
}

function openRouter(fastify: FastifyInstance, mount: Mount) {
  const answers = new Map<string, Answering>();
  return { add, finish };

  function add(route: RouteInfo, { find, query, limit }: Rest): void {
    const { method, pattern, csrf, body, bodyLimit } = route;
    const run = async (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
      if (method !== "GET" && csrf) refuseForgery(request);
      // What is kept for everybody is rendered for nobody in particular.
      request.viewer = request.flight === undefined ? await mount.viewerOf(request) : anonymous;
      request.current = currentOf(request, reply);
      const elsewhere = admit(route, request, mount.signInPages);
      if (elsewhere !== undefined) return reply.redirect(elsewhere, 303);
      const found = await find();
      Object.assign(request, { query: parseQuery(found.query ?? nothing, request.query) });
      return await withCurrent(request.current, () => found.handler(request, reply));
    };
    const answer: Answering = (request, reply) =>
      withDeadline(
        mount.deadlineMs,
        withRequestId(request.id, () => run(request, reply)),
        () => reply.raw.headersSent,
      ).then((answered) => bodyOf(answered, reply));
    answers.set(keyOf(route), answer);
    const register = (scope: FastifyInstance): unknown =>
      scope.route({
        // HEAD is answered by the same handler, so that its headers are those of GET: RFC 9110, 9.3.2.
        method: method === "GET" ? ["GET", "HEAD"] : method,
        url: pattern,
        config: { route, queryNames: Object.keys(query?.shape ?? {}), limit },
        ...(bodyLimit === undefined ? {} : { bodyLimit }),
        ...(method === "GET" || !csrf ? {} : { onRequest: async (request) => refuseForeign(request) }),
        handler: method === "POST" ? (request, reply) => asForm(pattern, request, reply) : answer,
      });
    if (body === undefined) register(fastify);
    else
      fastify.register(async (scope) => {
        if (body === "raw") takeRaw(scope);
        else await takeUploads(scope, bodyLimit);
        register(scope);
      });
    mount.onRoute(route);
  }

  function finish(): void {
    const changed = [...answers.keys()].filter((key) => !key.startsWith("GET ")).map((key) => key.replace(/^\S+ /, ""));
    for (const pattern of new Set(changed)) {
      if (answers.has(`POST ${pattern}`)) continue;
      fastify.route({ method: "POST", url: pattern, handler: (request, reply) => asForm(pattern, request, reply) });
    }
  }

  function asForm(pattern: string, request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
    const wanted = request.body instanceof URLSearchParams ? request.body.get("_method") : null;
    const method = wanted !== null && /^(PUT|PATCH|DELETE)$/.test(wanted) ? wanted : "POST";
    const answer = answers.get(`${method} ${pattern}`);
    if (answer === undefined) throw new Refused(405, "This address cannot be asked in that way.");
    return answer(request, reply);
  }
}

type Answering = (request: FastifyRequest, reply: FastifyReply) => Promise<Answer>;

// A scope of its own, in which no body is parsed.
function takeRaw(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

// Answers no scope: that is thenable, and another one would come out of the promise.
async function takeUploads(scope: FastifyInstance, bodyLimit: number | undefined): Promise<void> {
  // Otherwise a file may be as large as a body of the server by default, whatever the route says.
  const fileSize = bodyLimit === undefined ? {} : { fileSize: bodyLimit };
  const limits = { files: 20, fields: 50, fieldSize: 100_000, ...fileSize };
  await scope.register(multipart, { attachFieldsToBody: true, limits });
}

function currentOf(request: FastifyRequest, reply: FastifyReply): Current {
  // One for all forms of a page: what must not repeat itself is the next page.
  let token: string | undefined;
  const csrfToken = (): string => {
    if (request.flight !== undefined)
      throw new Error("A page that is kept for everybody cannot hold a form that acts.");
    return (token ??= csrfTokenFor(request, reply));
  };
  return { viewer: request.viewer, path: request.url, csrfToken };
}

const nothing = z.object({});

function parseQuery<Query extends z.ZodObject>(query: Query, given: unknown): z.infer<Query> {
  const values = new Map(Object.entries(given ?? {}));
  const declared = Object.keys(query.shape).filter((name) => values.has(name));
  const result = query.safeParse(Object.fromEntries(declared.map((name) => [name, values.get(name)])));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refused(400, `The parameter “${issue?.path.join(".") ?? ""}” is wrong: ${issue?.message ?? "invalid"}.`);
}

function bodyOf(answer: Answer, reply: FastifyReply): string | Uint8Array | FastifyReply {
  if (!(answer instanceof Html)) return answer;
  if (!reply.hasHeader("content-type")) reply.type("text/html; charset=utf-8");
  // Node writes a long string by way of three times as many bytes, which the system must find anew each time.
  return Buffer.from(answer.value);
}
