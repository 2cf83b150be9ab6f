import type { RouteInfo } from "./route-info.ts";

/**
 * Where a path without a slash at its end belongs, when a page is routed at the same path with one; the query stays.
 * Slashes and backslashes at the start become one, so that the redirect never leaves the site: browsers read `//host`
 * and `/\host` as another host.
 */
export function slashAddress(address: string, routes: readonly RouteInfo[]): string | undefined {
  const [path, query] = split(address);
  if (path.endsWith("/")) return undefined;
  const target = `/${path.replace(/^[/\\]+/, "")}/`;
  const known = routes.some(({ method, pattern }) => method === "GET" && isPage(pattern) && matches(pattern, target));
  return known ? target + query : undefined;
}

/** The methods that are routed at a path, for the Allow header: RFC 9110, 10.2.1. */
export function allowedMethods(address: string, routes: readonly RouteInfo[]): string[] {
  const [path] = split(address);
  const methods = routes.filter(({ pattern }) => matches(pattern, path)).map(({ method }) => method);
  return [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : method)))];
}

function split(address: string): [path: string, query: string] {
  const mark = address.indexOf("?");
  return mark === -1 ? [address, ""] : [address.slice(0, mark), address.slice(mark)];
}

function isPage(pattern: string): boolean {
  return pattern.endsWith("/") && pattern !== "/";
}

const compiled = new Map<string, RegExp>();

// A parameter of a page has no dot: `/name.md` and `/feed.xml` are files and get no slash.
function matches(pattern: string, path: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, isPage(pattern) ? "[^/.]+" : "[^/]+");
    expression = new RegExp(`^${source.replaceAll("*", ".*")}$`);
    compiled.set(pattern, expression);
  }
  return expression.test(path);
}
