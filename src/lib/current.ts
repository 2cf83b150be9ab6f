import { AsyncLocalStorage } from "node:async_hooks";
import { anonymous, type Viewer } from "./viewer.ts";

/** What the parts of a page that stand on all pages must know of the request. */
export interface Current {
  viewer: Viewer;
  /** The path that was asked for, with its query. */
  path: string;
  csrfToken: () => string;
}

const requests = new AsyncLocalStorage<Current>();

export function withCurrent<T>(current: Current | undefined, work: () => T): T {
  return current === undefined ? work() : requests.run(current, work);
}

/** Runs work that must not know of the request, because what it makes is for others, too. */
export function withNobody<T>(work: () => T): T {
  return requests.exit(work);
}

/** For whom the page is made: only the page's own frame asks; whatever acts for a reader is given the viewer. */
export function currentViewer(): Viewer {
  return requests.getStore()?.viewer ?? anonymous;
}

export function currentPath(): string {
  return requests.getStore()?.path ?? "/";
}

/** The token that a form of this page must send back. Throws where a page is made for everybody. */
export function csrfToken(): string {
  const current = requests.getStore();
  if (current === undefined) throw new Error("A form stands on a page that is made for nobody in particular.");
  return current.csrfToken();
}
