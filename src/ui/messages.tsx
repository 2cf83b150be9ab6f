import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "../urls.ts";

/** A sentence to the reader about what happened; `bad` and `warn` are announced at once. */
export function Notice({ tone = "info", title, children }: NoticeProps): Html {
  return (
    <div class={`notice ${tone}`} role={tone === "bad" || tone === "warn" ? "alert" : "status"}>
      {title ? <strong>{title}</strong> : null}
      <p>{children}</p>
    </div>
  );
}

export interface NoticeProps {
  tone?: "info" | "good" | "warn" | "bad";
  title?: string;
  children: Child;
}

/** A page or a list with nothing on it: what is the matter, and what to do next. */
export function EmptyState({ title, heading = 2, children }: EmptyStateProps): Html {
  return (
    <div class="empty">
      {heading === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

export interface EmptyStateProps {
  title: string;
  heading?: 1 | 2;
  children?: Child;
}

/** The search as a plain form: on the search page, on 404 pages, on an empty list. */
export function SearchForm({ query = "", label = "Search" }: { query?: string; label?: string }): Html {
  return (
    <form class="search-form" action={urls.search()} role="search">
      <input class="input" type="search" name="q" value={query} aria-label={label} autocomplete="off" />
      <button class="button primary" type="submit">
        Search
      </button>
    </form>
  );
}
