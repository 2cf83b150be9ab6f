import { getTableName } from "drizzle-orm";
import { isComputed, mostCounted, sortable, titleKey, type ListRequest } from "#lib/admin/listing.ts";
import { toField } from "#lib/admin/values.ts";
import { keyOf, keyText, type Computed, type Model, type Row } from "#lib/admin.ts";
import type { Heading } from "#apps/staff/parts.tsx";
import { csrfToken } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import { queryOf } from "../asked.ts";
import { AdminTable, numbers, Value } from "../parts.tsx";
import type { ListPageProps } from "./list.tsx";

/** The rows of a list, with what can be done to several of them. */
export function Rows(props: ListPageProps): Html {
  const { model, request, listing, editable, actions = [], may } = props;
  const isChosen = actions.length > 0 || may.delete !== undefined;
  const chosen: Heading = {
    name: "",
    cell: (
      <th scope="col" class="pick">
        <span class="unseen">Chosen</span>
      </th>
    ),
  };
  const headings = model.list.map((each) => headingOf({ model, request, each, order: listing.order }));
  const table = (
    <AdminTable label={model.many} head={isChosen ? [chosen, ...headings] : headings}>
      {listing.rows.map((row) => (
        <RowLine {...props} row={row} isChosen={isChosen} />
      ))}
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

function headingOf({ model, request, each, order }: HeadingProps): Heading {
  const side = sideOf(model, each);
  const label = isComputed(each) ? each.label : (model.columns.get(each)?.label ?? each);
  if (isComputed(each) || !sortable(model).includes(each)) {
    const cell = (
      <th scope="col" class={side}>
        {label}
      </th>
    );
    return { name: label, cell };
  }
  const direction = order[0] === each ? "ascending" : order[0] === `-${each}` ? "descending" : undefined;
  const next = direction === "ascending" ? `-${each}` : each;
  return {
    name: label,
    cell: (
      <th scope="col" class={side} aria-sort={direction}>
        <a href={urls.adminList({ model: model.name }, queryOf(request, { order: [next] }))}>{label}</a>
      </th>
    ),
  };
}

interface LineProps extends ListPageProps {
  row: Row;
}

function RowLine(props: LineProps & { isChosen: boolean }): Html {
  const { model, row, isChosen, editable, versionOfRow } = props;
  const key = keyOf(model, row);
  const title = nameOf(model, row);
  const version =
    editable.length > 0 ? <input type="hidden" name={`version:${key}`} value={versionOfRow(row)} /> : null;
  return (
    <tr>
      {isChosen ? (
        <td class="pick">
          <input type="checkbox" name="key[]" value={key} aria-label={`Choose ${title}`} />
          {version}
        </td>
      ) : null}
      {model.list.map((each) =>
        each === headOf(model) ? (
          <th scope="row">
            {isChosen ? null : version}
            <a class="row-link" href={urls.adminRow({ model: model.name, key })}>
              <Cell {...props} each={each} isLink />
            </a>
          </th>
        ) : (
          <td class={sideOf(model, each)}>
            {!isComputed(each) && editable.includes(each) ? (
              <EditableCell {...props} name={each} rowKey={key} title={title} />
            ) : (
              <Cell {...props} each={each} />
            )}
          </td>
        ),
      )}
    </tr>
  );
}

/** The column that tells most of a row, and leads to it. */
function headOf({ list, title }: Model): string | Computed | undefined {
  return list.includes(title) ? title : list[0];
}

function Cell({
  model,
  row,
  each,
  linked,
  isLink = false,
}: LineProps & { each: string | Computed; isLink?: boolean }): Child {
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

function EditableCell(props: LineProps & { name: string; rowKey: string; title: string }): Html | null {
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

function sideOf(model: Model, each: string | Computed): string | undefined {
  if (isComputed(each)) return each.isNumber === true ? "right" : undefined;
  const type = model.columns.get(each)?.type;
  return type === "integer" || type === "number" ? "right" : undefined;
}

/** What a row is called. */
export function nameOf(model: Model, row: Row): string {
  const title = row[model.title];
  return typeof title === "string" && title !== "" ? title : `${model.one} ${decodeURIComponent(keyOf(model, row))}`;
}
