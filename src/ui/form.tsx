import { csrfToken } from "#lib/current.ts";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Notice } from "./messages.tsx";

export interface FormProps {
  action: string;
  /** What it asks for; browsers send POST for all of them. */
  method?: "post" | "put" | "patch" | "delete";
  /** `inline` is a button in a line of text; `upload` has a file in it. */
  kind?: "inline" | "upload";
  label?: string;
  children: Child;
}

/** A form that changes something: it carries the token that proves that this page sent it. */
export function Form({ action, method = "post", kind, label, children }: FormProps): Html {
  return (
    <form
      class={kind === "inline" ? "inline-form" : "form"}
      method="post"
      action={action}
      enctype={kind === "upload" ? "multipart/form-data" : undefined}
      aria-label={label}
    >
      <input type="hidden" name="csrf" value={csrfToken()} />
      {method === "post" ? null : <input type="hidden" name="_method" value={method.toUpperCase()} />}
      {children}
    </form>
  );
}

/** What went wrong with a form as a whole, before its fields. */
export function FormError({ errors }: { errors: FormErrors }): Html | null {
  const sentence = errors[""];
  return sentence === undefined ? null : <Notice tone="bad">{sentence}</Notice>;
}

export interface FieldProps {
  label: string;
  name: string;
  type?: "text" | "email" | "password" | "url" | "search" | "file" | "date" | "datetime-local" | "number";
  /** What was typed, and what was wrong with it. */
  values?: FormValues;
  errors?: FormErrors;
  value?: string;
  hint?: Child;
  autocomplete?: string;
  inputmode?: "numeric" | "email" | "url";
  required?: boolean;
  autofocus?: boolean;
  maxlength?: number;
  pattern?: string;
  placeholder?: string;
  accept?: string;
  /** Several lines of text. */
  rows?: number;
  /** An id of its own, where a page has two fields of a name. */
  id?: string;
}

/** A labelled field with its hint and its error beside it, holding what was typed; never a password that was. */
export function Field(props: FieldProps): Html {
  const { label, name, type = "text", values, errors, hint, rows, id = name } = props;
  const error = errors?.[name];
  const value = type === "password" || type === "file" ? undefined : (values?.[name] ?? props.value ?? "");
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const shared = {
    class: "input",
    id,
    name,
    autocomplete: props.autocomplete,
    required: props.required,
    autofocus: props.autofocus,
    maxlength: props.maxlength,
    placeholder: props.placeholder,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": described === "" ? undefined : described,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint ? (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {rows === undefined ? (
        <input
          {...shared}
          type={type}
          value={value}
          inputmode={props.inputmode}
          pattern={props.pattern}
          accept={props.accept}
        />
      ) : (
        <textarea {...shared} rows={rows}>
          {value}
        </textarea>
      )}
      {error ? (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

export interface ChoiceProps {
  label: Child;
  name: string;
  /** What is sent when it is chosen. */
  value?: string;
  checked?: boolean;
  type?: "checkbox" | "radio";
  hint?: Child;
}

/** A box to tick, or one of several to choose from, with its words beside it. */
export function Choice({ label, name, value = "yes", checked, type = "checkbox", hint }: ChoiceProps): Html {
  return (
    <label class="choice">
      <input type={type} name={name} value={value} checked={checked} />
      <span>
        {label}
        {hint ? <small>{hint}</small> : null}
      </span>
    </label>
  );
}

/** The one thing that a form does. */
export function Submit({ children, tone = "primary" }: { children: Child; tone?: "primary" | "bad" | "quiet" }): Html {
  return (
    <button class={tone === "quiet" ? "button" : `button ${tone}`} type="submit">
      {children}
    </button>
  );
}
