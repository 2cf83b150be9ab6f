import { z } from "zod";
import type { ListRequest } from "#lib/admin/listing.ts";

const text = z.string().max(200).catch("");
const texts = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .transform((all) => all.filter((each) => each.length <= 200).slice(0, 30))
  .catch([])
  .default([]);

/** What the address of a list may ask for. Nothing in it is an error: what means nothing does nothing. */
export const listQuery = z.object({
  q: text.default(""),
  filter: texts,
  // As a form sends what has several fields of a name.
  "filter[]": texts,
  order: text.default(""),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1).default(1),
  done: text.default(""),
});
export type ListQuery = z.infer<typeof listQuery>;

export function askedOf({ q, filter, "filter[]": more, order, page }: ListQuery): ListRequest {
  return { q, filter: [...filter, ...more].filter(Boolean), order: order.split(",").filter(Boolean), page };
}

/** The same list with something else about it, as the query of an address. */
export function queryOf(request: ListRequest, change: Partial<ListRequest> = {}) {
  const { q, filter, order, page } = { ...request, page: 1, ...change };
  return { q, filter: [...filter], order: order.join(","), ...(page > 1 && { page }) };
}
