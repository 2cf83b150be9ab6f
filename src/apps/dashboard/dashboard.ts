import { wantsPasskey } from "#apps/accounts/passkeys.ts";
import { listCards, type EntryCard } from "#apps/catalog/entries.ts";
import type { Viewer } from "#lib/viewer.ts";
import { getLearner, type Learner } from "./learners.ts";
import {
  countShelves,
  listNextParts,
  listShelf,
  listSuggestions,
  listUnfinished,
  type NextPart,
  type Totals,
  type Unfinished,
} from "./shelves.ts";

/** What each shelf of the dashboard shows; the rest is a page away. */
const shown = { unfinished: 4, next: 3, shelf: 5 } as const;

type Shown<Facts> = Facts & { card: EntryCard };

export interface Dashboard {
  learner: Learner;
  /** Whether to offer a passkey. */
  wantsPasskey: boolean;
  totals: Totals;
  unfinished: Shown<Unfinished>[];
  /** The next parts of series, then what is suggested. */
  next: Shown<Partial<NextPart>>[];
  saved: Shown<{ at: Date | null }>[];
  completed: Shown<{ at: Date | null }>[];
}

/** Everything a reader's own page shows, in at most ten queries. */
export async function findDashboard(viewer: Viewer): Promise<Dashboard> {
  const learner = await getLearner(viewer.id ?? 0);
  const totals = await countShelves(viewer);
  const unfinished = await listUnfinished(viewer, shown.unfinished);
  const parts = await listNextParts(viewer, shown.next);
  const suggested = await listSuggestions(viewer, learner, shown.next);
  const next: Partial<NextPart>[] = [...parts, ...suggested.map((entryId) => ({ entryId }))].slice(0, shown.next);
  const saved = await listShelf(viewer, "saved", { limit: shown.shelf });
  const completed = await listShelf(viewer, "completed", { limit: shown.shelf });
  const ids = [...unfinished, ...next, ...saved, ...completed].map(({ entryId = 0 }) => entryId);
  const cards = new Map((await listCards([...new Set(ids)])).map((card) => [card.id, card]));
  return {
    learner,
    wantsPasskey: await wantsPasskey(viewer),
    totals,
    unfinished: withCards(unfinished, cards),
    next: withCards(next, cards),
    saved: withCards(saved, cards),
    completed: withCards(completed, cards),
  };
}

/** Rows with their cards; one whose entry was taken back in the meantime is left out. */
export function withCards<Row extends { entryId?: number }>(
  rows: readonly Row[],
  cards: ReadonlyMap<number, EntryCard>,
): (Row & { card: EntryCard })[] {
  return rows.flatMap((row) => {
    const card = cards.get(row.entryId ?? 0);
    return card === undefined ? [] : [{ ...row, card }];
  });
}
