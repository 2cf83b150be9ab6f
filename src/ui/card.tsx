import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import type { Picture as PictureData } from "#lib/picture.ts";
import { Cover } from "./cover.tsx";
import { Level, type LevelName } from "./level.tsx";
import { Picture } from "./picture.tsx";
import { Day, duration } from "./time.tsx";

/** What a card shows of an entry; a row of the catalog fits when its image has become a `Picture`. */
export interface CardEntry {
  path: string;
  title: string;
  summary: string;
  /** The word for its kind: `Tutorial`. */
  kindLabel: string;
  level?: LevelName | null;
  readingMinutes?: number;
  publishedAt?: Date | null;
  topics?: readonly { slug: string; name: string }[];
  image?: PictureData | null;
  /** Who may open it, when that is not everybody. */
  access?: string;
}

export interface CardProps {
  entry: CardEntry;
  /** The rank of its title on the page. */
  heading?: 2 | 3;
  /** No picture, for lists of one kind after another. */
  plain?: boolean;
  /** Its picture is in the first view. */
  eager?: boolean;
  /** More under the summary: matched sections of a search result. */
  children?: Child;
}

/** One entry on a list: picture or generated cover, kind, level, title, one sentence, time and date. */
export function Card({ entry, heading = 2, plain, eager, children }: CardProps): Html {
  const title = <a href={entry.path}>{entry.title}</a>;
  return (
    <article class="card">
      {plain ? null : (
        <div class="card-cover">
          {entry.image ? (
            <Picture picture={entry.image} alt="" sizes="(width < 42rem) 100vw, 22rem" eager={eager ?? false} />
          ) : (
            <Cover title={entry.title} topic={entry.topics?.[0]?.slug} />
          )}
        </div>
      )}
      <p class="facts">
        <span class="kind">{entry.kindLabel}</span>
        {entry.level ? <Level level={entry.level} /> : null}
        {entry.access && entry.access !== "public" ? <span>{accessLabel(entry.access)}</span> : null}
      </p>
      {heading === 2 ? <h2 class="card-title">{title}</h2> : <h3 class="card-title">{title}</h3>}
      {entry.summary ? <p>{entry.summary}</p> : null}
      {children}
      <p class="facts">
        {entry.readingMinutes ? <span>{duration(entry.readingMinutes)}</span> : null}
        {entry.publishedAt ? <Day at={entry.publishedAt} /> : null}
      </p>
    </article>
  );
}

export interface CardListProps {
  entries: readonly CardEntry[];
  heading?: 2 | 3;
  /** `grid` shows covers side by side; `rows` is a catalogue with small ones. */
  layout?: "grid" | "rows";
  plain?: boolean;
}

/** Cards of entries; pictures of the first row load at once. */
export function CardList({ entries, heading = 2, layout = "grid", plain = false }: CardListProps): Html {
  return (
    <div class={layout === "grid" ? "cards" : "rows"}>
      {entries.map((entry, index) => (
        <Card entry={entry} heading={heading} plain={plain} eager={heading === 2 && index < 3} />
      ))}
    </div>
  );
}

function accessLabel(access: string): string {
  return access === "members" ? "Members" : "Registered readers";
}
