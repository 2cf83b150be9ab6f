import { getTableName } from "drizzle-orm";
import { namedCells } from "#apps/staff/parts.tsx";
import type { Column } from "#lib/admin/columns.ts";
import { inlineKey } from "#lib/admin/rows.ts";
import { toText } from "#lib/admin/values.ts";
import { findModel, type Inline } from "#lib/admin.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { inlineColumns, type TypedRow } from "../forms.ts";
import { Control } from "./fields.tsx";
import type { FormPageProps } from "./form.tsx";

interface InlineProps extends FormPageProps {
  inline: Inline;
  rows: readonly TypedRow[];
}

/** Rows of another table that belong to this one, each a line of the form, and a blank one for the next. */
export function InlineRows(props: InlineProps): Html {
  const { model, inline, rows, may } = props;
  const name = getTableName(inline.table);
  const label = inline.label ?? findModel(inline.table)?.many ?? name;
  const columns = inlineColumns(inline);
  const isOrdered = inline.position !== undefined && may.save;
  const names = [...(isOrdered ? ["Order"] : []), ...columns.map((column) => column.label), "Remove"];
  if (rows.length === 0 && !may.save) return <></>;
  return (
    <inline-rows class="part" data-name={name}>
      <h2 id={`inline-${name}`}>{label}</h2>
      <section class="table staff-table in-cards admin-table" aria-labelledby={`inline-${name}`} tabindex="0">
        <table>
          <thead>
            <tr>
              {isOrdered ? (
                <th scope="col" class="place">
                  Order
                </th>
              ) : null}
              {columns.map((column) => (
                <th scope="col">{column.label}</th>
              ))}
              {may.save ? (
                <th scope="col" class="remove">
                  Remove
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {namedCells(names, [
              rows.map((row, number) => <InlineRow {...props} row={row} number={number} columns={columns} />),
              may.save ? <InlineRow {...props} row={{}} number={rows.length} columns={columns} isBlank /> : null,
            ])}
          </tbody>
        </table>
      </section>
      {may.save ? null : <span class="unseen">{model.one}</span>}
    </inline-rows>
  );
}

interface InlineRowProps extends InlineProps {
  row: TypedRow;
  number: number;
  columns: readonly Column[];
  isBlank?: boolean;
}

function InlineRow(props: InlineRowProps): Html {
  const { inline, row, number, columns, may, inlineChoices, errors = {}, isBlank = false } = props;
  const name = getTableName(inline.table);
  const prefix = `${name}:${number}:`;
  const what = isBlank ? "new row" : `row ${number + 1}`;
  const hasId = inlineKey(inline).some(({ key, isGenerated }) => isGenerated && key === "id");
  return (
    <tr class={isBlank ? "blank" : undefined}>
      {inline.position !== undefined && may.save ? (
        <td class="place">
          <input
            class="input"
            type="text"
            inputmode="numeric"
            size="3"
            name={`${prefix}place`}
            value={number + 1}
            aria-label={`Order of ${what}`}
          />
        </td>
      ) : null}
      {columns.map((column, place) => (
        <td>
          {place === 0 && hasId && may.save ? <input type="hidden" name={`${prefix}id`} value={row.id ?? ""} /> : null}
          {may.save ? (
            <Control
              column={column}
              name={prefix + column.key}
              value={row[column.key] ?? ""}
              choices={titled(inlineChoices.get(name)?.get(column.key), row[column.key])}
              error={errors[prefix + column.key]}
              label={`${column.label} of ${what}`}
            />
          ) : (
            (inlineChoices
              .get(name)
              ?.get(column.key)
              ?.titles.get(row[column.key] ?? "") ?? toText(row[column.key]))
          )}
          {errors[prefix + column.key] ? <p class="field-error">{errors[prefix + column.key]}</p> : null}
        </td>
      ))}
      {may.save ? (
        <td class="remove">
          {isBlank ? null : (
            <input type="checkbox" name={`${prefix}delete`} value="yes" aria-label={`Remove ${what}`} />
          )}
        </td>
      ) : null}
    </tr>
  );
}

function titled<C extends { titles: ReadonlyMap<string, string> }>(choices: C | undefined, value: string | undefined) {
  return choices && { ...choices, title: choices.titles.get(value ?? "") };
}
