import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "../urls.ts";
import { Icon } from "./icon.tsx";

/** Where a page stands, from the outside in; the page itself is left out. */
export function Breadcrumbs({ links }: { links: readonly { name: string; href: string }[] }): Html {
  return (
    <nav class="crumbs" aria-label="Breadcrumb">
      <ol>
        {links.map((link) => (
          <li>
            <a href={link.href}>{link.name}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export interface TopicChip {
  slug: string;
  name: string;
  /** How many entries it has. */
  entries?: number;
}

/** Topics as links; the one that is shown now is marked. */
export function TopicChips({ topics, current }: { topics: readonly TopicChip[]; current?: string }): Html | null {
  if (topics.length === 0) return null;
  return (
    <ul class="chips" aria-label="Topics">
      {topics.map((topic) => (
        <li>
          <a
            class="chip"
            href={urls.topic({ topic: topic.slug })}
            aria-current={topic.slug === current ? "page" : undefined}
          >
            {topic.name}
            {topic.entries ? <small> {topic.entries}</small> : null}
          </a>
        </li>
      ))}
    </ul>
  );
}

export interface PaginationProps {
  /** Counted from 1. */
  page: number;
  pages: number;
  hrefOf: (page: number) => string;
}

/** Newer and older pages of a list; nothing when there is one page. */
export function Pagination({ page, pages, hrefOf }: PaginationProps): Html | null {
  if (pages <= 1) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {page > 1 ? (
        <a class="button" rel="prev" href={hrefOf(page - 1)}>
          <Icon name="left" /> Previous
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages ? (
        <a class="button" rel="next" href={hrefOf(page + 1)}>
          Next <Icon name="right" />
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}
