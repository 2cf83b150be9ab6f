import { pictureOf } from "#apps/media/media.ts";
import type { CardEntry } from "#ui/card.tsx";
import type { EntryCard } from "./entries.ts";

/** An entry of a list as its card shows it. */
export function cardOf({ image, ...entry }: EntryCard): CardEntry {
  return { ...entry, kindLabel: kindLabel(entry.kind), image: image && pictureOf(image) };
}

/** The word for a kind of entry: `Tutorial`. */
export function kindLabel(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
