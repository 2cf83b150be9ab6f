import type { FastifyReply, FastifyRequest } from "fastify";
import { withCurrent } from "../current.ts";
import type { Html } from "../jsx/jsx-runtime.ts";
import { allowedMethods } from "./addresses.ts";
import { withDeadline } from "./deadline.ts";
import {
  Limited,
  plainPage,
  type Problem,
  problemDocument,
  problemOf,
  Refused,
  titleOf,
  wantsJson,
} from "./problems.ts";
import type { RouteInfo } from "./route-info.ts";

/** Makes the page for a problem, in the layout of the site. */
export type ErrorPage = (problem: Problem) => Html | Promise<Html>;

const busySeconds = 5;

/** Answers whatever was thrown while a request was handled; what is a fault of ours is logged. */
export async function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  errorPage: ErrorPage,
): Promise<string> {
  const { status, message } = problemOf(error);
  if (status >= 500 && !(error instanceof Refused)) {
    const { method, routeOptions } = request;
    const route = routeOptions.config.route?.pattern;
    request.log.error({ error, method, route, path: loggedPath(request) }, "a request failed");
  }
  const problem: Problem = { status, title: titleOf(status), message, path: pathOf(request) };
  if (status >= 500) problem.requestId = request.id;
  reply.code(status).header("cache-control", "no-store");
  if (status === 503) reply.header("retry-after", busySeconds);
  if (error instanceof Limited) {
    problem.retryAfterSeconds = error.retryAfterSeconds;
    reply.header("retry-after", error.retryAfterSeconds);
  }
  // What is kept for everybody must not depend on what one client accepts.
  if (wantsJson(problem.path, request.flight === undefined ? request.headers.accept : undefined)) {
    reply.type("application/problem+json; charset=utf-8");
    return problemDocument(problem);
  }
  reply.type("text/html; charset=utf-8");
  return await pageOf(problem, request, errorPage);
}

/** Turns a request away while there are too many, with as little work as can be. */
export function refuseBusy(request: FastifyRequest, reply: FastifyReply): void {
  const [status, path] = [503, pathOf(request)];
  const message = "The site is very busy. Please try again in a moment.";
  const problem: Problem = { status, title: titleOf(status), message, path, requestId: request.id };
  const json = wantsJson(path, request.headers.accept);
  reply.code(status).headers({ "cache-control": "no-store", "retry-after": busySeconds });
  reply.type(json ? "application/problem+json; charset=utf-8" : "text/html; charset=utf-8");
  reply.send(json ? problemDocument(problem) : plainPage(problem));
}

/** What no route knows: a page that is not there, or a method that is not allowed (RFC 9110, 15.5.6). */
export function refuseUnrouted(request: FastifyRequest, reply: FastifyReply, routes: readonly RouteInfo[]): never {
  const methods = allowedMethods(request.url, routes);
  if (methods.length === 0 || methods.includes(request.method)) throw new Refused(404);
  reply.header("allow", methods.join(", "));
  throw new Refused(405, "This address cannot be asked in that way.");
}

/** The path of a request: the query is left out of logs and pages, because it may carry a token. */
export function pathOf(request: FastifyRequest): string {
  return request.url.replace(/\?.*$/s, "");
}

/** The path as a log may hold it: in place of a token, which opens something to whoever reads it, stands its name. */
export function loggedPath(request: FastifyRequest): string {
  const pattern = request.routeOptions.config.route?.pattern ?? "";
  return pattern.includes("/:token/") ? pattern : pathOf(request);
}

// The site's own page may need what is broken just now.
async function pageOf(problem: Problem, request: FastifyRequest, errorPage: ErrorPage): Promise<string> {
  try {
    const page = withCurrent(request.current, async () => await errorPage(problem));
    return (await withDeadline(2000, page)).value;
  } catch (error) {
    request.log.error({ error }, "the error page failed");
    return plainPage(problem);
  }
}
