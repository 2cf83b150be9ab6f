import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Access, Answer, Handler, RouteOptions, Router } from "../app.ts";
import { NotFound } from "../errors.ts";
import { Html } from "../jsx/jsx-runtime.ts";
import { withRequestId } from "../trace.ts";
import type { Params } from "../url.ts";
import { anonymous, type Viewer } from "../viewer.ts";
import { withDeadline } from "./deadline.ts";
import { Refused } from "./problems.ts";

/** A row of the table of routes. */
export interface RouteInfo {
  app: string;
  method: string;
  pattern: string;
  access: Access;
  cache: boolean;
}

interface Mount {
  app: string;
  deadlineMs: number;
  viewerOf: (request: FastifyRequest) => Viewer | Promise<Viewer>;
  onRoute: (route: RouteInfo) => void;
}

declare module "fastify" {
  interface FastifyContextConfig {
    route?: RouteInfo;
    /** The query parameters that the route declares. */
    queryNames?: readonly string[];
  }
}

/** The router that an app registers its routes with. Throws at once when a declaration is not whole. */
export function createRouter(fastify: FastifyInstance, mount: Mount): Router {
  return {
    get: register("GET"),
    post: register("POST"),
    put: register("PUT"),
    patch: register("PATCH"),
    delete: register("DELETE"),
  };

  function register(method: string) {
    return <Pattern extends string, Query extends z.ZodObject = z.ZodObject<Record<string, never>>>(
      pattern: Pattern,
      options: RouteOptions<Query>,
      handler: Handler<Pattern, z.infer<Query>>,
    ): void => {
      const { access, query, cache = false, bodyLimit, body } = options;
      const route: RouteInfo = { app: mount.app, method, pattern, access, cache };
      checkDeclaration(route);
      const add = (scope: FastifyInstance): unknown =>
        scope.route<{ Params: Params<Pattern>; Querystring: z.infer<Query> }>({
          // HEAD is answered by the same handler, so that its headers are those of GET: RFC 9110, 9.3.2.
          method: method === "GET" ? ["GET", "HEAD"] : method,
          url: pattern,
          config: { route, queryNames: Object.keys(query?.shape ?? {}) },
          ...(bodyLimit === undefined ? {} : { bodyLimit }),
          handler: (request, reply) => {
            const answer = async (): Promise<Answer> => {
              // What is kept for everybody is rendered for nobody in particular.
              request.viewer = request.flight === undefined ? await mount.viewerOf(request) : anonymous;
              checkAccess(access, request.viewer);
              Object.assign(request, { query: parseQuery(query ?? nothing, request.query) });
              return await handler(request, reply);
            };
            return withDeadline(mount.deadlineMs, withRequestId(request.id, answer), () => reply.raw.headersSent).then(
              (answered) => bodyOf(answered, reply),
            );
          },
        });
      if (body === "raw") fastify.register(async (scope) => void add(takeRaw(scope)));
      else add(fastify);
      mount.onRoute(route);
    };
  }
}

// A scope of its own, in which no body is parsed.
function takeRaw(scope: FastifyInstance): FastifyInstance {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  return scope;
}

const nothing = z.object({});

function checkDeclaration({ app, method, pattern, access, cache }: RouteInfo): void {
  const name = `${method} ${pattern} of ${app}`;
  // The type asks for it too, but a route that anybody may call by mistake is worth a second look.
  if (!/^(anyone|viewer|entitled|permission:.+)$/.test(access)) {
    throw new Error(`The route ${name} does not declare who may call it.`);
  }
  if (cache && (method !== "GET" || !/^(anyone|entitled)$/.test(access))) {
    throw new Error(`The route ${name} cannot be cached: its answer is not the same for every reader.`);
  }
}

function checkAccess(access: Access, viewer: Viewer): void {
  if (access === "anyone" || access === "entitled") return;
  if (access === "viewer") {
    if (viewer.id === null) throw new Refused(401, "Please sign in to open this page.");
    return;
  }
  // Somebody without the permission does not learn that the page exists.
  if (!viewer.permissions.includes(access.slice("permission:".length))) throw new NotFound();
}

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
  return answer.value;
}
