import { mostCounted } from "#lib/admin/listing.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Told } from "../history.ts";
import type { Group, Hit } from "../overview.ts";
import { AdminPage, numbers } from "../parts.tsx";
import { LastChanges } from "./history.tsx";

export interface FrontPageProps {
  groups: readonly Group[];
  changes: readonly Told[];
}

/** What there is, and what was done last. */
export function FrontPage({ groups, changes }: FrontPageProps): Html {
  return (
    <AdminPage title="Admin">
      <SearchEverything q="" />
      <div class="admin-front">
        <div class="admin-groups">
          {groups.map(({ name, models }) => (
            <section>
              <h2>{name}</h2>
              <ul>
                {models.map(({ model, count }) => (
                  <li>
                    <a href={urls.adminList({ model: model.name })}>{model.many}</a>
                    <span>{count > mostCounted ? `${numbers.format(mostCounted)}+` : numbers.format(count)}</span>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
        <section class="admin-last">
          <h2>Last actions</h2>
          {changes.length === 0 ? (
            <p class="soft">What is changed by hand is listed here, and can be taken back.</p>
          ) : (
            <LastChanges changes={changes} />
          )}
        </section>
      </div>
    </AdminPage>
  );
}

/** What was found in all tables, for who has no script or wants a page of it. */
export function SearchPage({ q, hits }: { q: string; hits: readonly Hit[] }): Html {
  const kinds = [...Map.groupBy(hits, ({ kind }) => kind)];
  return (
    <AdminPage title="Search">
      <SearchEverything q={q} />
      {q !== "" && hits.length === 0 ? (
        <EmptyState title={`Nothing is called “${q}”`}>
          <p>Titles, names and addresses are searched. A part of a word is enough.</p>
        </EmptyState>
      ) : null}
      {kinds.map(([kind, found]) => (
        <section class="admin-hits">
          <h2>{kind}</h2>
          <ul>
            {found.map(({ title, href }) => (
              <li>
                <a href={href}>{title}</a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </AdminPage>
  );
}

function SearchEverything({ q }: { q: string }): Html {
  return (
    <form class="admin-filters" role="search" action={urls.adminSearch()}>
      <input
        class="input"
        type="search"
        name="q"
        value={q}
        placeholder="Search all tables"
        aria-label="Search all tables"
        autocomplete="off"
        maxlength="200"
      />
      <button class="button" type="submit">
        Search
      </button>
    </form>
  );
}
