import type { Column } from "#lib/admin/columns.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import type { Choices } from "../finding.ts";
import { idOf } from "../parts.tsx";

export interface ControlProps {
  column: Column;
  /** The name that is sent, which is that of the column in a form of one row. */
  name: string;
  value: string;
  choices: Choices | undefined;
  error?: string | undefined;
  hint?: Child;
  isLong?: boolean;
  /** The field that it is made from while that is typed. */
  madeFrom?: string | undefined;
  /** For a field that has no label of its own. */
  label?: string;
}

/** A field with its label, its help and its error beside it. */
export function LabelledField(props: ControlProps): Html {
  const { column, name, error, hint } = props;
  const id = idOf(name);
  if (column.valueType === "boolean" && column.type !== "relation") {
    return (
      <div class="field">
        <label class="choice">
          <Control {...props} />
          <span>
            {column.label}
            {hint ? <small>{hint}</small> : null}
          </span>
        </label>
        {error ? <p class="field-error">{error}</p> : null}
      </div>
    );
  }
  return (
    <div class="field">
      <label for={id}>
        {column.label}
        {column.isRequired ? <span class="needed"> needed</span> : null}
      </label>
      <Control {...props} />
      {hint ? (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** What a column is filled in with. */
export function Control(props: ControlProps): Html {
  const { column, name, value, choices, error, hint, isLong = false, madeFrom, label } = props;
  const id = idOf(name);
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const shared = {
    class: "input",
    id,
    name,
    "aria-label": label,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": described === "" || label !== undefined ? undefined : described,
    "data-made-from": madeFrom === undefined ? undefined : idOf(madeFrom),
    "data-around": madeFrom !== undefined && column.key === "path" ? "/" : undefined,
  };
  if (choices?.options !== undefined)
    return <Select shared={shared} column={column} value={value} options={choices.options} />;
  if (column.type === "relation")
    return <RelationInput shared={shared} value={value} column={column} choices={choices} />;
  switch (column.valueType) {
    case "boolean":
      return <input type="checkbox" id={id} name={name} value="yes" checked={value !== ""} aria-label={label} />;
    case "choice":
      return (
        <Select
          shared={shared}
          column={column}
          value={value}
          options={column.choices.map((one) => ({ value: one, title: one }))}
        />
      );
    case "moment":
      return <input {...shared} type="datetime-local" value={value} />;
    case "date":
      return <input {...shared} type="date" value={value} />;
    case "integer":
      return <input {...shared} type="text" inputmode="numeric" value={value} />;
    case "number":
      return <input {...shared} type="text" inputmode="decimal" value={value} />;
    case "list":
    case "json":
      return (
        <textarea {...shared} class="input code" rows={rowsFor(value, 3)} spellcheck="false">
          {`\n${value}`}
        </textarea>
      );
    default:
      return isLong ? (
        <textarea {...shared} rows={rowsFor(value, 4)}>
          {`\n${value}`}
        </textarea>
      ) : (
        <input {...shared} type="text" value={value} />
      );
  }
}

type Shared = Record<string, string | undefined>;

function Select(props: { shared: Shared; column: Column; value: string; options: Choices["options"] }): Html {
  const { shared, column, value, options = [] } = props;
  const isKnown = value === "" || options.some((option) => option.value === value);
  return (
    <select {...shared}>
      {column.isNullable || value === "" ? <option value="">–</option> : null}
      {isKnown ? null : (
        <option value={value} selected>
          {value}
        </option>
      )}
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.title}
        </option>
      ))}
    </select>
  );
}

// Without a script it takes the number of a row; with one it searches by name.
function RelationInput(props: { shared: Shared; column: Column; value: string; choices: Choices | undefined }): Html {
  const { shared, column, value, choices } = props;
  const inputmode = column.valueType === "integer" ? "numeric" : undefined;
  if (choices === undefined) return <input {...shared} type="text" inputmode={inputmode} value={value} />;
  return (
    <relation-field
      data-choices={urls.adminChoices({ model: choices.target.name })}
      data-title={choices.title ?? value}
      data-label={shared["aria-label"] ?? column.label}
    >
      <input
        {...shared}
        type="text"
        inputmode={inputmode}
        value={value}
        placeholder={`Number of a ${choices.target.one}`}
      />
      {choices.title === undefined ? null : <span class="soft">{choices.title}</span>}
    </relation-field>
  );
}

function rowsFor(value: string, least: number): number {
  return Math.min(24, Math.max(least, value.split("\n").length + 1, Math.ceil(value.length / 90)));
}
