import { z } from "zod";
import { kindLabel } from "#apps/catalog/cards.ts";
import { levels } from "#apps/catalog/schema.ts";
import type { Reply, Request, Router } from "#lib/app.ts";
import { escape } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import { countSearch } from "./counting.ts";
import { searching } from "./limits.ts";
import { addressOf, searchEntries, type SearchAnswer, type SearchResult } from "./search.ts";
import type { Piece } from "./snippets.ts";
import { SearchPage } from "./views/search.tsx";

const pageSize = 10;

const one = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value : (value[0] ?? "")));
const name = z.string().regex(/^[a-z0-9-]{1,60}$/);
const names = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().filter((item) => name.safeParse(item).success));
const orders = z.enum(["relevance", "newest"]);

// Whatever stands in the address of the page is taken as well as it can be: a reader meant something.
const pageQuery = z.object({
  q: one.catch("").default(""),
  kind: names.catch([]).default([]),
  topic: name.optional().catch(undefined),
  level: z.enum(levels).optional().catch(undefined),
  order: orders.catch("relevance").default("relevance"),
  page: z.coerce.number().int().min(1).max(1000).catch(1).default(1),
});

// A program is told what is wrong.
const apiQuery = z.object({
  q: one.default(""),
  kind: names.default([]),
  order: orders.default("relevance"),
  limit: z.coerce.number().int().min(1).max(50).default(pageSize),
});

export function routes(router: Router): void {
  const anyone = { access: "anyone", limit: searching } as const;
  router.get(urls.search.pattern, { ...anyone, query: pageQuery }, async (request, reply) => {
    const { kind: kinds, ...query } = request.query;
    const input = { ...query, kinds, limit: pageSize, facets: true };
    const answer = await searchEntries(request.viewer, input);
    if (query.page === 1) count(request, answer);
    reply.header("cache-control", "private, no-cache");
    return <SearchPage input={input} answer={answer} />;
  });

  router.get(urls.searchApi.pattern, { ...anyone, query: apiQuery }, async (request, reply) => {
    const { kind: kinds, ...query } = request.query;
    const answer = await searchEntries(request.viewer, { ...query, kinds, page: 1 });
    count(request, answer);
    keepFor(request, reply);
    return JSON.stringify({
      query: answer.query,
      total: answer.total,
      suggestion: answer.corrected ?? answer.suggestion ?? null,
      results: answer.results.map(resultOf),
    });
  });
}

function count(request: Request, { query, total, corrected, isPartial }: SearchAnswer): void {
  if (request.method !== "GET") return;
  const asker = { address: request.ip, userAgent: request.headers["user-agent"] };
  countSearch(asker, query, corrected === undefined && !isPartial ? total : 0);
}

// What everybody gets may be kept for a moment; what a viewer gets is for that viewer alone.
function keepFor({ viewer }: Request, reply: Reply): void {
  reply.type("application/json; charset=utf-8");
  reply
    .header("cache-control", viewer.id === null ? "public, max-age=30" : "private, no-store")
    .header("vary", "Cookie");
}

function resultOf(result: SearchResult): Record<string, string | undefined> {
  const { entry, heading, snippet } = result;
  return {
    title: entry.title,
    url: addressOf(result),
    kind: entry.kind,
    kindLabel: kindLabel(entry.kind),
    section: heading === "" ? undefined : heading,
    snippet: snippet.map(markup).join(""),
  };
}

function markup({ text, isMatch }: Piece): string {
  return isMatch ? `<mark>${escape(text)}</mark>` : escape(text);
}
