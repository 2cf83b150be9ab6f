import { z } from "zod";
import { NotFound } from "#lib/errors.ts";
import { listEntries, type EntryCard, type EntryFilter } from "./entries.ts";

/** A page of a list; `page` is counted from 1. */
export interface CardPage {
  cards: readonly EntryCard[];
  total: number;
  page: number;
  pages: number;
}

/** The parameter `page` of a list. */
export const pageNumber = z.coerce.number().int().min(1).max(10_000).default(1);

const pageSize = 24;

/** A page of entries, the newest first; throws NotFound past the last one. An empty list has one empty page. */
export async function getCardPage(filter: EntryFilter, page: number): Promise<CardPage> {
  const { cards, total } = await listEntries(filter, { offset: (page - 1) * pageSize, limit: pageSize });
  if (cards.length === 0 && page > 1) throw new NotFound(`There is no page ${page} of this list.`);
  return { cards, total, page, pages: Math.ceil(total / pageSize) };
}
