import type { LaterRoutes, Router } from "../app.ts";
import { table } from "../table.ts";
import { infoOf, isAccess, keyOf, type Found, type RouteInfo } from "./route-info.ts";

/** How to find the handler of a route that is loaded with the first request for one of its app. A failure is tried again. */
export function finderOf(
  app: string,
  { load }: LaterRoutes,
  declared: readonly RouteInfo[],
): (route: RouteInfo) => Promise<Found> {
  let loading: Promise<ReadonlyMap<string, Found>> | undefined;
  return async (route) => {
    loading ??= load().then(({ routes }) => findAll(app, routes, declared));
    try {
      const found = (await loading).get(keyOf(route));
      if (found === undefined) throw new Error(`There is no route ${keyOf(route)}.`);
      return found;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
}

function findAll(
  app: string,
  register: (router: Router) => void,
  declared: readonly RouteInfo[],
): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  const infos: RouteInfo[] = [];
  const add =
    (method: string): Router["get"] =>
    (pattern, options, handler) => {
      const info = infoOf({ app, method, pattern }, options);
      // What is asked before the handler is known cannot be in the table.
      if (options.limit !== undefined || info.cache)
        throw new Error(`${keyOf(info)} of ${app} cannot be loaded later.`);
      infos.push(info);
      found.set(keyOf(info), { query: options.query, handler });
    };
  register({ get: add("GET"), post: add("POST"), put: add("PUT"), patch: add("PATCH"), delete: add("DELETE") });
  // Otherwise a route would be answered by other rules than its own.
  if (writeTable(infos) !== writeTable(declared)) {
    throw new Error(`The routes of ${app} are not those of the table: run ./manage routes --write.`);
  }
  return found;
}

/** The table of routes as a file, a line for each. */
export function writeTable(routes: readonly RouteInfo[]): string {
  const rows = routes.map(({ app, method, pattern, access, csrf, reauthenticate, body, bodyLimit }) => {
    const more = [reauthenticate && "again", !csrf && "any-site", body, bodyLimit && `${bodyLimit}-bytes`];
    return [app, method, pattern, access, more.filter(Boolean).join(" ")];
  });
  return table(["app", "method", "address", "who may call it", ""], rows);
}

/** Reads what `writeTable` wrote. */
export function readTable(text: string): RouteInfo[] {
  const [, , ...lines] = text.trimEnd().split("\n");
  return lines.map((line) => {
    const [app = "", method = "", pattern = "", access = "", ...more] = line.trim().split(/\s+/);
    if (!isAccess(access)) throw new Error(`The table of routes does not say who may call ${method} ${pattern}.`);
    const [bytes] = more.flatMap((word) => /^(\d+)-bytes$/.exec(word)?.[1] ?? []);
    const body = more.includes("raw") ? "raw" : more.includes("upload") ? "upload" : undefined;
    return infoOf(
      { app, method, pattern },
      {
        access,
        ...(more.includes("any-site") && { csrf: false }),
        ...(more.includes("again") && { reauthenticate: true }),
        ...(bytes !== undefined && { bodyLimit: Number(bytes) }),
        ...(body !== undefined && { body }),
      },
    );
  });
}
