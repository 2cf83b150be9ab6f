import type { EntryCard } from "#apps/catalog/entries.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, Submit } from "#ui/form.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { Breadcrumbs, Pagination } from "#ui/navigation.tsx";
import { urls } from "#urls.ts";
import { shelves, type Shelf, type Totals } from "../shelves.ts";
import { Shelved, Unsave } from "./shelf.tsx";

interface HistoryPageProps {
  show: Shelf;
  totals: Totals;
  rows: readonly { card: EntryCard; at: Date | null }[];
  page: number;
  pages: number;
}

const names: Record<Shelf, string> = { read: "Opened", completed: "Completed", saved: "Saved" };

const nothing: Record<Shelf, string> = {
  read: "What you open stands here, the last first.",
  completed: "Mark a tutorial as completed where it ends, and it stands here.",
  saved: "Press “Save for later” at the head of a tutorial, and it stands here.",
};

/** Everything a reader opened, completed or saved, and the way to have it forgotten. */
export function HistoryPage({ show, totals, rows, page, pages }: HistoryPageProps): Html {
  const linkTo = (number: number): string =>
    urls.dashboardHistory({}, { show: show === "read" ? undefined : show, page: number === 1 ? undefined : number });
  return (
    <Layout title="What you have read" robots="noindex" styles={["account.css"]}>
      <header class="intro">
        <Breadcrumbs links={[{ name: "Dashboard", href: urls.dashboard() }]} />
        <h1>What you have read</h1>
        <ul class="chips" aria-label="Show">
          {shelves.map((shelf) => (
            <li>
              <a
                class="chip"
                href={urls.dashboardHistory({}, { show: shelf === "read" ? undefined : shelf })}
                aria-current={shelf === show ? "page" : undefined}
              >
                {names[shelf]} <small>{totals[shelf]}</small>
              </a>
            </li>
          ))}
        </ul>
      </header>
      {rows.length > 0 ? (
        <div class="history">
          <Shelved rows={rows} action={actions[show]} />
        </div>
      ) : (
        <EmptyState title="Nothing here yet">
          <p>{nothing[show]}</p>
          <a class="button primary" href={urls.tutorials()}>
            Find something to read
          </a>
        </EmptyState>
      )}
      <Pagination page={page} pages={pages} hrefOf={linkTo} />
      {show === "read" && totals.read > 0 ? <ClearAll /> : null}
    </Layout>
  );
}

const actions: Record<Shelf, ((card: EntryCard) => Html) | undefined> = {
  read: (card) => <Forget entry={card} />,
  completed: undefined,
  saved: (card) => <Unsave entry={card} next={urls.dashboardHistory({}, { show: "saved" })} />,
};

function Forget({ entry: { id, title } }: { entry: EntryCard }): Html {
  return (
    <Form action={urls.dashboardHistory()} method="delete" kind="inline">
      <input type="hidden" name="entry" value={id} />
      <button class="quiet-button" type="submit" aria-label={`Forget that you opened “${title}”`}>
        Forget
      </button>
    </Form>
  );
}

function ClearAll(): Html {
  return (
    <details class="fold clear-history">
      <summary>Clear the history</summary>
      <Form action={urls.dashboardHistory()} method="delete">
        <p>
          All that was kept of when you opened something, and where you stopped, is deleted for good. What you completed
          and what you saved stays.
        </p>
        <Submit tone="bad">Clear all of it</Submit>
      </Form>
    </details>
  );
}
