import { cardOf, kindLabel } from "#apps/catalog/cards.ts";
import { levels } from "#apps/catalog/schema.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Card } from "#ui/card.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState, SearchForm } from "#ui/messages.tsx";
import { Pagination } from "#ui/navigation.tsx";
import { urls } from "#urls.ts";
import type { Facet } from "../matching.ts";
import { addressOf, type SearchAnswer, type SearchInput, type SearchResult } from "../search.ts";

export interface SearchPageProps {
  input: SearchInput;
  answer: SearchAnswer;
}

export function SearchPage({ input, answer }: SearchPageProps): Html {
  const { query, results, pages } = answer;
  return (
    <Layout title={query === "" ? "Search" : `Search: ${query}`} robots="noindex">
      <header class="intro">
        <h1>Search</h1>
        <SearchForm query={query} />
        {query === "" ? (
          <p>Titles, text and code of everything on this site.</p>
        ) : (
          <Outcome input={input} answer={answer} />
        )}
        {query === "" ? null : <Narrowing input={input} answer={answer} />}
      </header>
      {query !== "" && results.length === 0 ? <NothingFound input={input} total={answer.total} /> : null}
      <div class="rows">
        {results.map((result) => (
          <Result result={result} />
        ))}
      </div>
      <Pagination page={input.page} pages={pages} hrefOf={(page) => linkTo(input, { page })} />
    </Layout>
  );
}

function Outcome({ input, answer }: SearchPageProps): Html {
  const { query, total, corrected, suggestion, isPartial } = answer;
  const found = total === 1 ? "One result" : `${total.toLocaleString("en")} results`;
  return (
    <p role="status">
      {isPartial
        ? `No page has all of these words. ${found} with some of them.`
        : `${found} for “${corrected ?? query}”.`}
      {corrected ? ` Nothing has “${query}”.` : null}
      {suggestion ? (
        <>
          {" "}
          Did you mean <a href={linkTo(input, { q: suggestion })}>{suggestion}</a>?
        </>
      ) : null}
    </p>
  );
}

/** What the results can be narrowed to, with how many there would be, and their order. */
function Narrowing({ input, answer: { facets, total } }: SearchPageProps): Html | null {
  if (facets === null || (total === 0 && !isNarrowed(input))) return null;
  const [kind] = input.kinds;
  const kinds = facets.kinds.map((facet) => ({ ...facet, name: kindLabel(facet.name) }));
  const levelFacets = levels.flatMap((level) =>
    facets.levels.filter(({ value }) => value === level).map((facet) => ({ ...facet, name: kindLabel(level) })),
  );
  return (
    <>
      <Choices
        label="Kind"
        all="All kinds"
        facets={kinds}
        current={kind}
        hrefOf={(value) => linkTo(input, { kinds: value ? [value] : [] })}
      />
      <Choices
        label="Level"
        all="All levels"
        facets={levelFacets}
        current={input.level}
        hrefOf={(level) => linkTo(input, { level: levels.find((known) => known === level) })}
      />
      <Choices
        label="Topic"
        all="All topics"
        facets={facets.topics}
        current={input.topic}
        hrefOf={(topic) => linkTo(input, { topic })}
      />
      <ul class="chips" aria-label="Order">
        {orders.map(({ order, name }) => (
          <li>
            <a class="chip" href={linkTo(input, { order })} aria-current={order === input.order ? "true" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

const orders = [
  { order: "relevance", name: "Best first" },
  { order: "newest", name: "Newest first" },
] as const;

interface ChoicesProps {
  label: string;
  all: string;
  facets: readonly Facet[];
  current: string | undefined;
  hrefOf: (value?: string) => string;
}

const shownChoices = 6;

function Choices({ label, all, facets, current, hrefOf }: ChoicesProps): Html | null {
  const shown = facets.filter(({ value }, index) => index < shownChoices || value === current);
  if (shown.length < 2 && current === undefined) return null;
  return (
    <ul class="chips" aria-label={label}>
      <li>
        <a class="chip" href={hrefOf()} aria-current={current === undefined ? "true" : undefined}>
          {all}
        </a>
      </li>
      {shown.map(({ value, name, count }) => (
        <li>
          <a class="chip" href={hrefOf(value)} aria-current={value === current ? "true" : undefined}>
            {name} <small>{count}</small>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Result({ result }: { result: SearchResult }): Html {
  const { entry, anchor, heading, snippet } = result;
  return (
    <Card entry={{ ...cardOf(entry), summary: "" }} plain>
      <div class="card-sections">
        {anchor === "" || heading === "" ? null : <a href={addressOf(result)}>{heading}</a>}
        <p>{snippet.map(({ text, isMatch }) => (isMatch ? <mark>{text}</mark> : text))}</p>
      </div>
    </Card>
  );
}

function NothingFound({ input, total }: { input: SearchInput; total: number }): Html {
  if (total > 0) {
    return (
      <EmptyState title="No more results">
        <p>
          <a href={linkTo(input, {})}>Back to the first page</a>
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing found">
      {isNarrowed(input) ? (
        <p>
          <a href={urls.search({}, { q: input.q })}>Search everything for these words</a>
        </p>
      ) : (
        <p>
          Fewer or other words may help. <a href={urls.tutorials()}>See all tutorials</a>
        </p>
      )}
    </EmptyState>
  );
}

function isNarrowed({ kinds, topic, level }: SearchInput): boolean {
  return kinds.length > 0 || topic !== undefined || level !== undefined;
}

/** The address of the same search with something changed; it begins at the first page. */
function linkTo(input: SearchInput, changed: Partial<SearchInput>): string {
  const { q, kinds, topic, level, order, page } = { ...input, page: 1, ...changed };
  return urls.search(
    {},
    {
      q,
      kind: kinds,
      topic,
      level,
      order: order === "relevance" ? undefined : order,
      page: page === 1 ? undefined : page,
    },
  );
}
