import type { FastifyRequest } from "fastify";
import type { Article } from "#apps/catalog/articles.ts";
import { findReading, recordReading, type ReadingState } from "./readings.ts";

/** A new visit after this time is worth a row in the log. */
const sameVisitMs = 30 * 60_000;

/**
 * Where the viewer stood with an entry before they opened it now; undefined for who is not signed in. That it was opened
 * is noted, unless the browser only fetches it in advance.
 */
export async function openEntry(
  request: FastifyRequest,
  { id, isOpen }: Pick<Article, "id" | "isOpen">,
): Promise<ReadingState | undefined> {
  const reading = await findReading(request.viewer, id);
  if (reading === undefined || !isOpen) return reading;
  const isVisit = request.method === "GET" && !/prefetch/.test(String(request.headers["sec-purpose"]));
  const isNew = Date.now() - (reading.openedAt?.getTime() ?? 0) > sameVisitMs;
  if (isVisit && isNew) await recordReading(request.viewer, id, "opened");
  return reading;
}
