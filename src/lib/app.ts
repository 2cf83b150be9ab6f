import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Model } from "./admin.ts";
import type { RequestLimit } from "./http/counting.ts";
import type { AnyTask } from "./jobs.ts";
import type { Html } from "./jsx/jsx-runtime.ts";
import type { Template } from "./mail/template.ts";
import type { Params } from "./url.ts";
import type { Viewer } from "./viewer.ts";

/**
 * An app is a value, not a lifecycle: what it declares here is all that the site knows of it. There is no `init()`
 * and no boot order beyond the list in `apps.ts`.
 */
export interface App {
  /** The name of its folder. */
  name: string;
  /** One sentence for the table of apps in the README. */
  about: string;
  routes?: Routes | LaterRoutes;
  /** What stands at the address of an entry of a kind: `{ tutorial: showTutorial }`. */
  entries?: { [kind: string]: EntryHandler };
  /** Its tables as staff see and change them. */
  admin?: readonly Model[];
  commands?: readonly Command[];
  checks?: readonly Check[];
  /** What it does later, by the clock, or because something happened. */
  tasks?: readonly AnyTask[];
  /** The mails it sends, to be looked at under `/dev/mail/` and tested. */
  mails?: readonly Template<unknown>[];
  /** Its rows in the small world that tests share. */
  fixtures?: () => Promise<void>;
}

export function defineApp(app: App): App {
  return app;
}

export type Routes = (router: Router) => void;

/** Routes that not every process needs: see `later`. */
export interface LaterRoutes {
  load: () => Promise<{ routes: Routes }>;
}

/**
 * Routes whose module is loaded with the first request to one of them that is let in. What must be known of them before stands in
 * `src/routes.txt`, which `./manage routes --write` writes.
 */
export function later(load: LaterRoutes["load"]): LaterRoutes {
  return { load };
}

/** Who may call a route. `entitled` is decided for the entry that was asked for, by `members`. */
export type Access = "anyone" | "viewer" | "entitled" | `permission:${string}`;

export interface RouteOptions<Query extends z.ZodObject = z.ZodObject> {
  access: Access;
  /** The parameters the handler may see; others are dropped, wrong ones answer 400. Without it the query is empty. */
  query?: Query;
  /**
   * The answer is the same for every reader who is not signed in, and changes only with the content version: it may be
   * kept in the page cache under its path and the declared parameters.
   */
  cache?: boolean;
  /**
   * What its requests are counted against in place of the limit for all pages. False: nothing, for what costs little and
   * comes in numbers, as pictures do, or is proved otherwise, such as by a signature.
   */
  limit?: RequestLimit | false;
  /** Limit of the request body in bytes. */
  bodyLimit?: number;
  /**
   * A form arrives as URLSearchParams, JSON as what it says. `raw`: the body is a Buffer as it came, whatever its type.
   * `upload`: a form with files, its fields as objects of @fastify/multipart.
   */
  body?: "raw" | "upload";
  /** False for what other sites may send, because it carries a proof of its own, such as a signature. */
  csrf?: false;
  /** What is dangerous: asks whoever has not done so lately to prove who it is, and is refused to who acts for another. */
  reauthenticate?: true;
}

export type Request<Pattern extends string = string, Query = unknown> = FastifyRequest<{
  Params: Params<Pattern>;
  Querystring: Query;
}>;
export type Reply = FastifyReply;

/** What a handler may answer: a page, text or bytes whose type it has set, or `reply` once it has answered by itself. */
export type Answer = Html | string | Uint8Array | FastifyReply;

export type Handler<Pattern extends string = string, Query = unknown> = (
  request: Request<Pattern, Query>,
  reply: Reply,
) => Answer | Promise<Answer>;

/** The entry that was asked for, as far as the viewer may see it: the catalog says what that is. */
// oxlint-disable-next-line typescript/no-empty-interface
export interface OpenedEntry {}

export type EntryHandler = (request: Request<"/*">, reply: Reply, entry: OpenedEntry) => Answer | Promise<Answer>;

type Register = <Pattern extends string, Query extends z.ZodObject = z.ZodObject<Record<string, never>>>(
  pattern: Pattern,
  options: RouteOptions<Query>,
  handler: Handler<Pattern, z.infer<Query>>,
) => void;

/** Where an app registers its routes. HEAD is answered for every GET. */
export interface Router {
  get: Register;
  post: Register;
  put: Register;
  patch: Register;
  delete: Register;
}

/** A subcommand of `./manage`. `run` answers the exit status; a `UserError` becomes one sentence on stderr and 1. */
export interface Command {
  name: string;
  about: string;
  /** The line shown by `--help`: `import FOLDER [--author NAME]`. */
  usage: string;
  /** Asks for the database: opened and brought up to date before `run`, closed after it. */
  needs?: "database";
  run: (args: readonly string[]) => Promise<number>;
}

/** A named question about the site's health; answers what is wrong, in a sentence, or nothing. */
export interface Check {
  name: string;
  run: () => Promise<string | undefined>;
  /** Whether something new has gone wrong since then, so that it is told again although it has been wrong all along. */
  isWorseSince?: (then: Date) => Promise<boolean>;
}

declare module "fastify" {
  interface FastifyRequest {
    viewer: Viewer;
  }
}
