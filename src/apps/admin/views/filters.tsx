import type { Column } from "#lib/admin/columns.ts";
import type { ListRequest } from "#lib/admin/listing.ts";
import type { SpanLink } from "#lib/admin/spans.ts";
import type { Model } from "#lib/admin.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import { queryOf } from "../asked.ts";

/** A way to narrow a list, with what it may be narrowed to. */
export interface Filter {
  column: Column;
  value: string | undefined;
  options: readonly FilterOption[];
  /** The table that a relation leads to, where it has too many rows to offer them all. */
  searched?: string | undefined;
}

export interface FilterOption {
  value: string;
  title: string;
  /** Whether it is no row: that there is one, or none. */
  isFixed?: boolean;
}

export interface FiltersProps {
  model: Model;
  request: ListRequest;
  filters: readonly Filter[];
}

/** What narrows a list, in one line: a plain form, sent at once where there is a script. */
export function Filters({ model, request, filters }: FiltersProps): Html {
  const isNarrowed = request.q !== "" || filters.some(({ value }) => value !== undefined);
  const span = request.filter.find((pair) => pair.startsWith(`${model.dates}:`));
  return (
    <form class="admin-filters" role="search" action={urls.adminList({ model: model.name })}>
      {model.search === undefined ? null : (
        <input
          class="input"
          type="search"
          name="q"
          value={request.q}
          placeholder={`Search ${model.many.toLowerCase()}`}
          aria-label={`Search ${model.many.toLowerCase()}`}
          autocomplete="off"
          maxlength="200"
        />
      )}
      {filters.map((filter) => (
        <FilterChoice {...filter} />
      ))}
      {span === undefined ? null : <input type="hidden" name="filter[]" value={span} />}
      {request.order.length === 0 ? null : <input type="hidden" name="order" value={request.order.join(",")} />}
      <button class="button" type="submit">
        Show
      </button>
      {isNarrowed ? (
        <a class="clear" href={urls.adminList({ model: model.name }, { order: request.order.join(",") })}>
          Clear
        </a>
      ) : null}
    </form>
  );
}

// With a script what is too much to choose from is searched for; without one the newest rows are offered.
function FilterChoice({ column, value, options, searched }: Filter): Html {
  const { key, label } = column;
  const select = (
    <select class="input" name="filter[]" aria-label={label} data-set={value === undefined ? undefined : ""}>
      <option value="">{label}: all</option>
      {options.map((option) => (
        <option
          value={`${key}:${option.value}`}
          selected={option.value === value}
          data-fixed={option.isFixed === true ? "" : undefined}
        >
          {option.title}
        </option>
      ))}
    </select>
  );
  if (searched === undefined) return select;
  return (
    <relation-field
      data-choices={urls.adminChoices({ model: searched })}
      data-label={label}
      data-prefix={`${key}:`}
      data-hint={`${label}: all`}
    >
      {select}
    </relation-field>
  );
}

/** What every column of its type can be narrowed to; relations and texts have the values that there are. */
export function fixedOptions({ valueType, type, choices, isNullable }: Column): FilterOption[] {
  const empty = { value: "", title: "Empty", isFixed: true };
  const filled = { value: "*", title: "Not empty", isFixed: true };
  const emptiness = isNullable ? [empty, filled] : [];
  if (type === "relation") return emptiness;
  if (valueType === "choice") return [...choices.map((value) => ({ value, title: value })), ...emptiness];
  if (valueType === "boolean") return [{ value: "true", title: "Yes" }, { value: "false", title: "No" }, ...emptiness];
  if (valueType === "moment" || valueType === "date")
    return [
      { value: "today", title: "Today" },
      { value: "week", title: "Last 7 days" },
      { value: "month", title: "Last 30 days" },
      { value: "quarter", title: "Last 91 days" },
      ...emptiness,
    ];
  return valueType === "text" && !isNullable ? [empty] : emptiness;
}

/** The years, months and days of a list. */
export function Dates({
  model,
  request,
  spans,
}: {
  model: Model;
  request: ListRequest;
  spans: readonly SpanLink[];
}): Html {
  const others = request.filter.filter((pair) => !pair.startsWith(`${model.dates}:`));
  const hrefOf = (value: string | undefined): string =>
    urls.adminList(
      { model: model.name },
      queryOf(request, { filter: value === undefined ? others : [...others, `${model.dates}:${value}`] }),
    );
  const label = model.columns.get(model.dates ?? "")?.label ?? "Dates";
  return (
    <nav class="admin-dates" aria-label={`By date: ${label}`}>
      <ul>
        {spans.map(({ label: name, value, isCurrent }) => (
          <li>
            <a href={hrefOf(value)} aria-current={isCurrent ? "true" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
