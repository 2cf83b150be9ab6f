import { getTableName } from "drizzle-orm";
import {
  isComputed,
  pageSize,
  mostCounted,
  sortable,
  titleKey,
  type Listing,
  type ListRequest,
} from "#lib/admin/listing.ts";
import type { Scope } from "#lib/admin/access.ts";
import type { SpanLink } from "#lib/admin/spans.ts";
import { toField } from "#lib/admin/values.ts";
import { keyOf, keyText, type Computed, type Model, type Row } from "#lib/admin.ts";
import { csrfToken } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { queryOf } from "../asked.ts";
import { AdminPage, AdminTable, counted, numbers, Value } from "../parts.tsx";
import { Dates, Filters, type Filter } from "./filters.tsx";

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
          <a class="button primary" href={urls.adminNew(of)}>
            Add {model.one}
          </a>
        </>
      )}
    </EmptyState>
  );
}

function Rows(props: ListPageProps): Html {
  const { model, request, listing, editable, actions = [], may } = props;
  const isChosen = actions.length > 0 || may.delete !== undefined;
  const table = (
    <AdminTable label={model.many}>
      <thead>
        <tr>
          {isChosen ? (
            <th scope="col" class="pick">
              <span class="unseen">Chosen</span>
            </th>
          ) : null}
          {model.list.map((each) => (
            <Heading model={model} request={request} each={each} order={listing.order} />
          ))}
        </tr>
      </thead>
      <tbody>
        {listing.rows.map((row) => (
          <RowLine {...props} row={row} isChosen={isChosen} />
        ))}
      </tbody>
    </AdminTable>
  );
  if (!isChosen && editable.length === 0) return table;
  const query = queryOf(request, { page: request.page });
  return (
    <form class="admin-rows" method="post" action={urls.adminList({ model: model.name }, query)}>
      <input type="hidden" name="csrf" value={csrfToken()} />
      {table}
      <div class="admin-deeds">
        {editable.length > 0 ? (
          <button class="button" name="do" value="save" type="submit">
            Save changes
          </button>
        ) : null}
        {isChosen ? <Deeds {...props} /> : null}
      </div>
    </form>
  );
}

function Deeds({ model, request, listing, actions = [], may }: ListPageProps): Html {
  const { total } = listing;
  const isLonger = listing.hasMore || request.page > 1;
  return (
    <div class="admin-act">
      {isLonger ? (
        <label class="choice">
          <input type="checkbox" name="all" value="yes" />
          <span>
            {total === undefined || total > mostCounted ? "All that match" : `All ${numbers.format(total)} that match`}
          </span>
        </label>
      ) : null}
      {actions.map(({ name, label }) => (
        <button class="button" name="do" value={`action:${name}`} type="submit">
          {label}
        </button>
      ))}
      {may.delete === undefined ? null : (
        <button
          class="button bad"
          type="submit"
          formaction={urls.adminDeletion({ model: model.name }, queryOf(request, { page: request.page }))}
        >
          Delete
        </button>
      )}
    </div>
  );
}

interface HeadingProps {
  model: Model;
  request: ListRequest;
  each: string | Computed;
  order: readonly string[];
}

function Heading({ model, request, each, order }: HeadingProps): Html {
  if (isComputed(each)) return <th scope="col">{each.label}</th>;
  const { label = each } = model.columns.get(each) ?? {};
  const side = sideOf(model, each);
  if (!sortable(model).includes(each)) {
    return (
      <th scope="col" class={side}>
        {label}
      </th>
    );
  }
  const direction = order[0] === each ? "ascending" : order[0] === `-${each}` ? "descending" : undefined;
  const next = direction === "ascending" ? `-${each}` : each;
  return (
    <th scope="col" class={side} aria-sort={direction}>
      <a href={urls.adminList({ model: model.name }, queryOf(request, { order: [next] }))}>{label}</a>
    </th>
  );
}

function RowLine(props: ListPageProps & { row: Row; isChosen: boolean }): Html {
  const { model, row, isChosen, editable, versionOfRow } = props;
  const key = keyOf(model, row);
  const [first, ...others] = model.list;
  const title = nameOf(model, row);
  return (
    <tr>
      {isChosen ? (
        <td class="pick">
          <input type="checkbox" name="key[]" value={key} aria-label={`Choose ${title}`} />
          {editable.length > 0 ? <input type="hidden" name={`version:${key}`} value={versionOfRow(row)} /> : null}
        </td>
      ) : null}
      <th scope="row">
        {!isChosen && editable.length > 0 ? (
          <input type="hidden" name={`version:${key}`} value={versionOfRow(row)} />
        ) : null}
        <a class="row-link" href={urls.adminRow({ model: model.name, key })}>
          {first === undefined ? title : <Cell {...props} each={first} isLink />}
        </a>
      </th>
      {others.map((each) => (
        <td class={sideOf(model, each)}>
          {!isComputed(each) && editable.includes(each) ? (
            <EditableCell {...props} name={each} rowKey={key} title={title} />
          ) : (
            <Cell {...props} each={each} />
          )}
        </td>
      ))}
    </tr>
  );
}

function Cell({
  model,
  row,
  each,
  linked,
  isLink = false,
}: ListPageProps & { row: Row; each: string | Computed; isLink?: boolean }): Child {
  if (isComputed(each)) return each.show === undefined ? <Value value={row[each.label]} /> : each.show(row[each.label]);
  const column = model.columns.get(each);
  const value = row[each];
  const title = row[titleKey(each)];
  if (isLink && (value === null || value === "")) return nameOf(model, row);
  if (column?.target === undefined || value === null || !linked.has(each) || isLink) return <Value value={value} />;
  return (
    <a href={urls.adminRow({ model: getTableName(column.target), key: keyText(value) })}>
      <Value value={typeof title === "string" && title !== "" ? title : value} />
    </a>
  );
}

function EditableCell(props: ListPageProps & { row: Row; name: string; rowKey: string; title: string }): Html | null {
  const { model, row, name, rowKey, title, errors, typed } = props;
  const column = model.columns.get(name);
  if (column === undefined) return null;
  const field = `${rowKey}:${name}`;
  const value = typed?.get(field) ?? toField(column, row[name]);
  const shared = { class: "input", name: field, "aria-label": `${column.label} of ${title}` };
  const error = errors?.get(field);
  const invalid = error === undefined ? {} : { "aria-invalid": "true" };
  return (
    <>
      {column.valueType === "choice" ? (
        <select {...shared} {...invalid}>
          {column.isNullable ? <option value="">–</option> : null}
          {column.choices.map((choice) => (
            <option value={choice} selected={choice === value}>
              {choice}
            </option>
          ))}
        </select>
      ) : column.valueType === "boolean" ? (
        <input {...shared} class={undefined} type="checkbox" value="yes" checked={value !== ""} />
      ) : (
        <input {...shared} {...invalid} type="text" value={value} size={column.valueType === "integer" ? 6 : 20} />
      )}
      {error === undefined ? null : <span class="field-error">{error}</span>}
    </>
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

function sideOf(model: Model, each: string | Computed): string | undefined {
  if (isComputed(each)) return undefined;
  const type = model.columns.get(each)?.type;
  return type === "integer" || type === "number" ? "right" : undefined;
}

/** What a row is called. */
export function nameOf(model: Model, row: Row): string {
  const title = row[model.title];
  return typeof title === "string" && title !== "" ? title : `${model.one} ${decodeURIComponent(keyOf(model, row))}`;
}
