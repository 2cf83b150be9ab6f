import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { Links } from "#ui/links.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { SearchCount } from "../counting.ts";

export interface SearchesPageProps<Span extends string = string> {
  days: Span;
  spans: readonly Span[];
  /** The most frequent first. */
  missed: readonly SearchCount[];
  dismissed: readonly string[];
}

const hrefOf = (days: string): string => urls.staffSearches({}, { days });

/** What readers looked for and did not find: the next tutorials to write, or the words that those we have lack. */
export function SearchesPage({ days, spans, missed, dismissed }: SearchesPageProps): Html {
  return (
    <StaffPage title="Searches without results" current={urls.staffSearches()} styles={["control.css"]}>
      <p class="lede-line">
        What readers miss: something to write, or a word that a text should say. Nobody knows who asked.
      </p>
      <nav class="chips" aria-label="Time">
        <Links links={spans.map((span) => ({ name: `${span} days`, href: hrefOf(span) }))} current={hrefOf(days)} />
      </nav>
      {missed.length === 0 ? (
        <EmptyState title="Everybody found something">
          <p>What is searched and not found in this time is listed here within seconds.</p>
        </EmptyState>
      ) : (
        <StaffTable label="Searches without results" head={["Words", "In vain", "Of", "Last (UTC)", ""]} right={[1, 2]}>
          {missed.map(({ query, times, empty, lastAt }) => (
            <tr>
              <th scope="row" class="value-cell">
                <a href={urls.search({}, { q: query })}>{query}</a>
              </th>
              <td class="right">{empty}</td>
              <td class="right">{times}</td>
              <td>
                <Moment at={lastAt} />
              </td>
              <td class="right">
                <Deed act="dismiss" query={query}>
                  Dismiss
                </Deed>
              </td>
            </tr>
          ))}
        </StaffTable>
      )}
      {dismissed.length === 0 ? null : (
        <details class="more">
          <summary>Dismissed: {dismissed.length}</summary>
          <ul class="plain dismissed">
            {dismissed.map((query) => (
              <li>
                <span>{query}</span>
                <Deed act="recall" query={query}>
                  List again
                </Deed>
              </li>
            ))}
          </ul>
        </details>
      )}
    </StaffPage>
  );
}

function Deed({ act, query, children }: { act: "dismiss" | "recall"; query: string; children: Child }): Html {
  return (
    <Form action={urls.staffSearches()} kind="inline">
      <input type="hidden" name="act" value={act} />
      <input type="hidden" name="query" value={query} />
      <button class="button" type="submit">
        {children} <span class="unseen">{query}</span>
      </button>
    </Form>
  );
}
