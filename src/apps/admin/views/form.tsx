import { getTableName } from "drizzle-orm";
import type { Column } from "#lib/admin/columns.ts";
import { keyText, type Link, type Model, type Row } from "#lib/admin.ts";
import { csrfToken } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { loadChoices } from "../finding.ts";
import { partsOf, type Disagreement, type Typed } from "../forms.ts";
import type { Told } from "../history.ts";
import { AdminPage, Value } from "../parts.tsx";
import { Conflict } from "./conflict.tsx";
import { LabelledField } from "./fields.tsx";
import { InlineRows } from "./inline-rows.tsx";

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
