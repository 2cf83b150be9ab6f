import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createBoundedStore } from "./http/bounded.ts";
import { compress, isCompressible } from "./http/compression.ts";
import { createFlights, type Flight, type Version } from "./http/flights.ts";
import { addVariant, type KeptPage, sendPage } from "./http/kept-page.ts";
import { type Coding, codingWeights } from "./http/negotiation.ts";
import { sessionCookie } from "./viewer.ts";

/**
 * Whole pages, ready to be written to the socket, for readers who are not signed in. A hit touches neither the database
 * nor the renderer.
 *
 * There is no stale-while-revalidate in here: a page of an older content version is rendered anew before anybody sees
 * it, so what was corrected, or closed to the public, is gone with the first request. The old page is only kept for
 * the case that rendering fails. CDNs and browsers may serve stale for as long as `policy` says.
 */
export interface PageCache {
  /** Answers with the page of the current content version, if there is one, and says whether it did. */
  answer: Answer;
  /** After a failure: answers with the page of an older version, unless it is older than a day. */
  answerStale: Answer;
  /** The same, but only in the second after a failure, in which the renderer is left in peace. */
  answerResting: Answer;
  /** Of all who ask for a missing page the first gets a flight, which it must settle; the others get the outcome. */
  join: (key: string) => PageFlight | Promise<Outcome>;
  /** Keeps what was rendered and settles the flight; the page is sent with `sendPage`. */
  keep: (flight: PageFlight, rendered: Rendered) => Promise<KeptPage>;
  /** Whatever is kept under the key must not be sent again, not even after a failure. */
  forget: (key: string) => void;
  stats: () => PageCacheStats;
}

type Answer = (key: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** A page, or the status of the failure, or nothing when the answer was not for everybody. */
export type Outcome = KeptPage | number | undefined;
export type PageFlight = Flight<Outcome>;

export interface Rendered {
  status: number;
  /** With lowercase names; none may depend on the request. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** What the first reader accepts: it waits a millisecond for a page of a fifth of the size. */
  acceptEncoding: string | undefined;
}

export interface PageCacheStats {
  hits: number;
  /** How many of the hits were answered with 304. */
  notModified: number;
  stale: number;
  misses: number;
  waited: number;
  pages: number;
  bytes: number;
}

/**
 * For how long others may keep a page. Browsers ask each time and mostly get a 304; shared caches ask once a minute.
 * s-maxage forbids those to serve stale (RFC 9111, 5.2.2.10), so the ones that know RFC 9213 are told separately.
 */
const policy: Readonly<Record<string, string>> = {
  "cache-control": "public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=86400",
  "cdn-cache-control": "public, max-age=60, stale-while-revalidate=30, stale-if-error=86400",
};
// What is not there may be published in a moment.
const missingPolicy: Readonly<Record<string, string>> = { "cache-control": "public, max-age=0, s-maxage=10" };

const staleMs = 86_400_000;
const restMs = 1000;
// Brotli's best takes 40 times as long and saves an eighth: for pages that have been read that often.
const hotHits = 16;

/** Whether a request is of a reader who is not signed in: only these meet the cache. */
export function isAnonymous(headers: IncomingHttpHeaders): boolean {
  return headers.authorization === undefined && !(headers.cookie?.includes(sessionCookie) ?? false);
}

export function createPageCache(options: {
  /** Another value whenever anything changed that a page may show. Pages of another version are not fresh. */
  contentVersion: () => Version;
  /** For pages; what is missing (404) or has moved gets a sixteenth of it. */
  maxBytes?: number;
  /** After that, those who wait for a page that is being rendered give up. */
  flightMs?: number;
  now?: () => number;
}): PageCache {
  const { contentVersion, maxBytes = 24 * 1024 * 1024, flightMs = 26_000, now = Date.now } = options;
  const pages = createBoundedStore<KeptPage>(maxBytes);
  // A flood of addresses that lead nowhere only drives out its like.
  const others = createBoundedStore<KeptPage>(maxBytes / 16);
  const fly = createFlights<Outcome>({ limitMs: flightMs, late: 503 });
  const counts = { hits: 0, notModified: 0, stale: 0, misses: 0, waited: 0 };
  let compressing: Promise<void> = Promise.resolve();

  return { answer, answerStale, answerResting, join, keep, forget, stats };

  function answer(key: string, request: IncomingMessage, response: ServerResponse): boolean {
    const page = find(key);
    if (page === undefined || page.version !== contentVersion()) return false;
    page.used = true;
    page.hits += 1;
    if (page.hits === hotHits) compressing = compressLater(key, page, "br", 11);
    counts.hits += 1;
    if (sendPage(page, request, response) === "304") counts.notModified += 1;
    return true;
  }

  function answerStale(key: string, request: IncomingMessage, response: ServerResponse): boolean {
    const page = pages.get(key);
    const age = page === undefined ? Infinity : now() - page.keptAt;
    if (page === undefined || age > staleMs) return false;
    if (!rests(page)) page.rest = { version: contentVersion(), until: now() + restMs };
    counts.stale += 1;
    sendPage(page, request, response, Math.floor(age / 1000));
    return true;
  }

  function answerResting(key: string, request: IncomingMessage, response: ServerResponse): boolean {
    const page = pages.get(key);
    return page !== undefined && rests(page) && answerStale(key, request, response);
  }

  function rests({ rest }: KeptPage): boolean {
    return rest !== undefined && rest.version === contentVersion() && rest.until > now();
  }

  function join(key: string): PageFlight | Promise<Outcome> {
    const flight = fly(key, contentVersion());
    counts[flight instanceof Promise ? "waited" : "misses"] += 1;
    return flight;
  }

  async function keep({ key, version, settle }: PageFlight, rendered: Rendered): Promise<KeptPage> {
    const { status, body, headers } = rendered;
    const page: KeptPage = {
      version,
      status,
      headers: { ...(status === 404 ? missingPolicy : policy), ...headers, vary: "Accept-Encoding, Cookie" },
      variants: [],
      keptAt: now(),
      rest: undefined,
      hits: 0,
      used: false,
      bytes: key.length * 2,
    };
    page.bytes += addVariant(page, "identity", await compress(body, "identity", 0));
    const compressible = isCompressible(headers["content-type"] ?? "", body.length);
    const weights = codingWeights(rendered.acceptEncoding);
    const first = weights.br >= weights.gzip ? "br" : "gzip";
    if (compressible && weights[first] > 0) page.bytes += addVariant(page, first, await compress(body, first, 5));
    // What was begun before a change must not take the place of what was rendered after it.
    if (version === contentVersion() || find(key)?.version !== contentVersion()) {
      forget(key);
      storeOf(page).set(key, page);
    }
    settle(page);
    if (compressible) for (const coding of ["br", "gzip"] as const) compressing = compressLater(key, page, coding, 6);
    return page;
  }

  // One at a time, so that the thread pool stays free for those who wait.
  async function compressLater(key: string, page: KeptPage, coding: Coding, quality: number): Promise<void> {
    await compressing;
    const [identity] = page.variants;
    const isThere = quality < 11 && page.variants.some((variant) => variant.coding === coding);
    if (identity === undefined || isThere || storeOf(page).get(key) !== page) return;
    storeOf(page).grow(key, page, addVariant(page, coding, await compress(identity.body, coding, quality)));
  }

  function find(key: string): KeptPage | undefined {
    return pages.get(key) ?? others.get(key);
  }

  function storeOf(page: KeptPage) {
    return page.status === 200 ? pages : others;
  }

  function forget(key: string): void {
    pages.delete(key);
    others.delete(key);
  }

  function stats(): PageCacheStats {
    return { ...counts, pages: pages.size() + others.size(), bytes: pages.bytes() + others.bytes() };
  }
}
