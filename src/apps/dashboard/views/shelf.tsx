import type { EntryCard } from "#apps/catalog/entries.ts";
import { kindLabel } from "#apps/catalog/cards.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { Day, duration } from "#ui/time.tsx";
import { urls } from "#urls.ts";

interface ShelvedProps {
  rows: readonly { card: EntryCard; at: Date | null }[];
  /** What can be done with each. */
  action?: (card: EntryCard) => Child;
}

/** Entries by their titles, one under another, with the day they were put there. */
export function Shelved({ rows, action }: ShelvedProps): Html {
  return (
    <ul class="shelf">
      {rows.map(({ card, at }) => (
        <li>
          <div>
            <a href={card.path}>{card.title}</a>
            <p class="facts">
              <span>{kindLabel(card.kind)}</span>
              {card.readingMinutes > 0 ? <span>{duration(card.readingMinutes)}</span> : null}
              {at ? <Day at={at} /> : null}
            </p>
          </div>
          {action?.(card)}
        </li>
      ))}
    </ul>
  );
}

/** Takes an entry off the list of what is saved. */
export function Unsave({ entry: { id, title }, next }: { entry: EntryCard; next: string }): Html {
  return (
    <Form action={urls.bookmark({ id: String(id) })} method="delete" kind="inline">
      <input type="hidden" name="next" value={next} />
      <button class="quiet-button" type="submit" aria-label={`Remove “${title}” from your list`}>
        Remove
      </button>
    </Form>
  );
}
