import { getTableName } from "drizzle-orm";
import type { Column } from "#lib/admin/columns.ts";
import { inlineKey } from "#lib/admin/rows.ts";
import { toText } from "#lib/admin/values.ts";
import { findModel, keyText, type Inline, type Link, type Model, type Row } from "#lib/admin.ts";
import { csrfToken } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { loadChoices } from "../finding.ts";
import { inlineColumns, partsOf, type Disagreement, type Typed, type TypedRow } from "../forms.ts";
import type { Told } from "../history.ts";
import { AdminPage, Value } from "../parts.tsx";
import { Conflict } from "./conflict.tsx";
import { Control, LabelledField } from "./fields.tsx";

type AllChoices = Awaited<ReturnType<typeof loadChoices>>;

export interface FormPageProps {
  model: Model;
  title: string;
  /** Undefined for a row that is being added. */
  key: string | undefined;
  /** As it was saved; undefined for a row that is being added. */
  row: Row | undefined;
  typed: Typed;
  /** What the row said when the form was made, and under which version. */
  was: Typed;
  version: string;
  columns: readonly Column[];
  choices: AllChoices;
  inlineChoices: ReadonlyMap<string, AllChoices>;
  errors?: Readonly<Record<string, string>>;
  /** What the viewer may do beside looking. */
  may: { save: boolean; add: boolean; delete: boolean };
  /** Other places that are about this row. */
  links?: readonly Link[];
  last?: Told | undefined;
  disagreements?: readonly Disagreement[];
  done?: string;
}

/** The form of a row, with all that is edited along with it. */
export function FormPage(props: FormPageProps): Html {
  const { model, title, key, typed, errors = {}, may, disagreements = [], done } = props;
  const list = { label: model.many, href: urls.adminList({ model: model.name }) };
  const parts = partsOf(model).filter((part) => key !== undefined || part.fields.some((each) => isOpen(props, each)));
  const content = (
    <>
      {parts.map((part) => (
        <fieldset class="part">
          {part.title === undefined ? <legend class="unseen">{title}</legend> : <legend>{part.title}</legend>}
          {part.fields.map((column) => (
            <FieldLine {...props} column={column} />
          ))}
        </fieldset>
      ))}
      {model.inlines?.map((inline) => (
        <InlineRows {...props} inline={inline} rows={typed.inlines[getTableName(inline.table)] ?? []} />
      ))}
    </>
  );
  return (
    <AdminPage title={title} model={model} crumbs={[list]} done={done} aside={<Around {...props} />}>
      {errors[""] ? <Notice tone="bad">{errors[""]}</Notice> : null}
      {may.save ? (
        <form class="admin-form" method="post" action={actionOf(model, key)}>
          <input type="hidden" name="csrf" value={csrfToken()} />
          <input type="hidden" name="version" value={props.version} />
          <input type="hidden" name="was" value={JSON.stringify(props.was)} />
          {disagreements.length > 0 ? <Conflict {...props} disagreements={disagreements} /> : null}
          {content}
          <Buttons {...props} />
        </form>
      ) : (
        <div class="admin-form">{content}</div>
      )}
    </AdminPage>
  );
}

function actionOf(model: Model, key: string | undefined): string {
  return key === undefined ? urls.adminNew({ model: model.name }) : urls.adminRow({ model: model.name, key });
}

function isOpen({ columns, may }: FormPageProps, { key }: Column): boolean {
  return may.save && columns.some((each) => each.key === key);
}

function FieldLine(props: FormPageProps & { column: Column }): Html | null {
  const { model, column, typed, row, choices, errors = {} } = props;
  const { key } = column;
  const hint = model.help?.[key];
  if (!isOpen(props, column)) {
    return row === undefined ? null : (
      <div class="field fact">
        <p class="name">{column.label}</p>
        <Fact value={row[key]} column={column} choices={choices} isLong={isLong(model, key)} />
      </div>
    );
  }
  return (
    <LabelledField
      column={column}
      name={key}
      value={typed.fields[key] ?? ""}
      choices={choices.get(key)}
      error={errors[key]}
      hint={hint}
      isLong={isLong(model, key)}
      madeFrom={model.slugs?.[key]}
    />
  );
}

function isLong({ long, beside }: Model, key: string): boolean {
  return long?.includes(key) === true || beside?.long?.includes(key.split(".")[1] ?? "") === true;
}

interface FactProps {
  value: unknown;
  column: Column;
  choices: AllChoices;
  isLong: boolean;
}

function Fact({ value, column, choices, isLong }: FactProps): Html {
  if ((isLong || column.valueType === "json") && value !== null && value !== undefined && value !== "") {
    const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
    return (
      <pre class="long" tabindex="0">
        {text}
      </pre>
    );
  }
  const found = choices.get(column.key);
  const title = found?.titles.get(decodeURIComponent(keyText(value)));
  if (found === undefined || title === undefined) return <p class="value">{isLong ? "–" : <Value value={value} />}</p>;
  return (
    <p class="value">
      <a href={urls.adminRow({ model: found.target.name, key: keyText(value) })}>{title}</a>
    </p>
  );
}

interface InlineProps extends FormPageProps {
  inline: Inline;
  rows: readonly TypedRow[];
}

function InlineRows(props: InlineProps): Html {
  const { model, inline, rows, may } = props;
  const name = getTableName(inline.table);
  const label = inline.label ?? findModel(inline.table)?.many ?? name;
  const columns = inlineColumns(inline);
  const isOrdered = inline.position !== undefined && may.save;
  if (rows.length === 0 && !may.save) return <></>;
  return (
    <inline-rows class="part" data-name={name}>
      <h2 id={`inline-${name}`}>{label}</h2>
      <section class="table staff-table admin-table" aria-labelledby={`inline-${name}`} tabindex="0">
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
            {rows.map((row, number) => (
              <InlineRow {...props} row={row} number={number} columns={columns} />
            ))}
            {may.save ? <InlineRow {...props} row={{}} number={rows.length} columns={columns} isBlank /> : null}
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

function Buttons({ model, key, may, disagreements = [] }: FormPageProps): Html {
  return (
    <div class="admin-save">
      <button class="button primary" type="submit">
        {disagreements.length > 0 ? "Save both" : key === undefined ? "Add" : "Save"}
      </button>
      <button class="button" type="submit" name="next" value="stay">
        {key === undefined ? "Add and continue" : "Save and continue"}
      </button>
      {key === undefined || !may.add ? null : (
        <button class="button" type="submit" formaction={urls.adminNew({ model: model.name })}>
          Save as new
        </button>
      )}
      {key !== undefined && disagreements.length > 0 ? (
        <a class="button" href={urls.adminRow({ model: model.name, key })}>
          Discard mine
        </a>
      ) : null}
      {key === undefined || !may.delete ? null : (
        <a class="button bad" href={urls.adminDelete({ model: model.name, key })}>
          Delete
        </a>
      )}
    </div>
  );
}

function Around({ model, key, links = [], last, may }: FormPageProps): Child {
  if (key === undefined) return null;
  return (
    <div class="admin-tools">
      {links.map(({ label, href }) => (
        <a href={href}>{label}</a>
      ))}
      <a href={urls.adminHistory({ model: model.name, key })}>History</a>
      {!may.save && may.delete ? <a href={urls.adminDelete({ model: model.name, key })}>Delete</a> : null}
      {last === undefined ? null : (
        <span class="soft">
          {last.action} by {last.actor || "somebody"}, <Value value={last.at} />
        </span>
      )}
    </div>
  );
}
