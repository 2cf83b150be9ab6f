import type { Scope } from "#lib/admin/access.ts";
import { mostCounted, pageSize, type Listing, type ListRequest } from "#lib/admin/listing.ts";
import type { SpanLink } from "#lib/admin/spans.ts";
import type { Model, Row } from "#lib/admin.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { queryOf } from "../asked.ts";
import { AdminPage, counted, numbers } from "../parts.tsx";
import { Dates, Filters, type Filter } from "./filters.tsx";
import { Rows } from "./rows.tsx";

export interface ListPageProps {
  model: Model;
  request: ListRequest;
  listing: Listing;
  filters: readonly Filter[];
  spans: readonly SpanLink[];
  /** What the viewer may do beside looking. */
  may: Readonly<Record<"add" | "change" | "delete", Scope | undefined>>;
  /** The columns that the viewer may edit here, and the actions that are theirs. */
  editable: readonly string[];
  actions: Model["actions"];
  /** Whether the titles of a relation lead to its rows. */
  linked: ReadonlySet<string>;
  /** The version of each row, to notice what others change meanwhile. */
  versionOfRow: (row: Row) => string;
  done?: string;
  problem?: string | undefined;
  /** What was wrong with fields that are edited in the list, by key and column. */
  errors?: ReadonlyMap<string, string>;
  typed?: ReadonlyMap<string, string>;
}

/** The rows of a table: searched, narrowed, ordered, a page at a time. */
export function ListPage(props: ListPageProps): Html {
  const { model, request, listing, filters, spans, done, problem } = props;
  const isNarrowed = request.q !== "" || listing.filters.size > 0;
  return (
    <AdminPage title={model.many} model={model} done={done} aside={<ListTools {...props} />}>
      {model.about ? <p class="admin-about soft">{model.about}</p> : null}
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <Filters model={model} request={request} filters={filters} />
      {spans.length > 0 ? <Dates model={model} request={request} spans={spans} /> : null}
      {listing.rows.length === 0 ? <Nothing {...props} isNarrowed={isNarrowed} /> : <Rows {...props} />}
      <Pages {...props} />
    </AdminPage>
  );
}

function ListTools({ model, request, may }: ListPageProps): Html {
  const query = queryOf(request);
  const of = { model: model.name };
  return (
    <div class="admin-tools">
      <a href={urls.adminExport({ ...of, format: "csv" }, query)}>CSV</a>
      <a href={urls.adminExport({ ...of, format: "json" }, query)}>JSON</a>
      {may.add !== undefined || (may.change !== undefined && model.without?.includes("add") !== true) ? (
        <a href={urls.adminImport(of)}>Import</a>
      ) : null}
      {may.add === undefined ? null : (
        <a class="button primary" href={urls.adminNew(of)}>
          Add {model.one}
        </a>
      )}
    </div>
  );
}

function Nothing({ model, may, isNarrowed }: ListPageProps & { isNarrowed: boolean }): Html {
  const of = { model: model.name };
  return isNarrowed ? (
    <EmptyState title={`No ${model.many.toLowerCase()} are like this`}>
      <p>Take away a word or a filter.</p>
      <a class="button" href={urls.adminList(of)}>
        Show all
      </a>
    </EmptyState>
  ) : (
    <EmptyState title={`No ${model.many.toLowerCase()} yet`}>
      {may.add === undefined ? (
        <p>They come by themselves.</p>
      ) : (
        <>
          <p>The first is made here, or several at once from a CSV file.</p>
          <a class="button" href={urls.adminNew(of)}>
            Add {model.one}
          </a>
        </>
      )}
    </EmptyState>
  );
}

function Pages({ model, request, listing }: ListPageProps): Html | null {
  const { rows, total, hasMore } = listing;
  if (rows.length === 0 && request.page === 1) return null;
  const from = (request.page - 1) * pageSize + 1;
  const hrefOf = (page: number): string => urls.adminList({ model: model.name }, queryOf(request, { page }));
  const isLast = request.page >= mostCounted / pageSize;
  return (
    <nav class="admin-pages" aria-label="Pages">
      {request.page > 1 ? (
        <a rel="prev" href={hrefOf(request.page - 1)}>
          Previous
        </a>
      ) : (
        <span />
      )}
      <p>
        {rows.length === 0 ? "Nothing here" : `${numbers.format(from)} – ${numbers.format(from + rows.length - 1)}`}
        {total === undefined
          ? " of many"
          : total > mostCounted
            ? ` of more than ${numbers.format(mostCounted)}`
            : ` of ${counted(total, model)}`}
      </p>
      {hasMore && !isLast ? (
        <a rel="next" href={hrefOf(request.page + 1)}>
          Next
        </a>
      ) : (
        <span>{hasMore ? "Narrow the list to see the rest" : ""}</span>
      )}
    </nav>
  );
}
