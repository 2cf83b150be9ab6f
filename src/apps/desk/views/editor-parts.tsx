import type { Other } from "#apps/editorial/working-copies.ts";
import { Moment } from "#apps/staff/parts.tsx";
import type { FormValues } from "#lib/forms.ts";
import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";
import { Field } from "#ui/form.tsx";

/** What a script of the page begins with. It is never run, and no text in it can end its element. */
export function DataBlock({ id, data }: { id: string; data: unknown }): Html {
  const json = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return (
    <script id={id} type="application/json">
      {raw(json)}
    </script>
  );
}

/** Who else is at the same text. */
export function Others({ others }: { others: readonly Other[] }): Html {
  return (
    <p class="writing-others" role="status">
      {others.map(({ name, at }) => (
        <span>
          {name} is working on this text as well: last word <Moment at={at} /> (UTC).{" "}
        </span>
      ))}
    </p>
  );
}

interface WrittenFieldProps {
  label: string;
  name: "title" | "summary" | "source";
  value: string;
  error?: string | undefined;
  rows?: number;
}

/** A field of the text: it looks like what it will be on the page. */
export function WrittenField({ label, name, value, error, rows = 1 }: WrittenFieldProps): Html {
  return (
    <div class={`written written-${name}`}>
      <label for={`desk-${name}`}>{label}</label>
      <textarea
        id={`desk-${name}`}
        name={name}
        rows={rows}
        placeholder={name === "source" ? undefined : label}
        maxlength={name === "title" ? 300 : name === "summary" ? 1000 : undefined}
        spellcheck="true"
        aria-invalid={error ? "true" : undefined}
        aria-describedby={error ? `desk-${name}-error` : undefined}
      >
        {value}
      </textarea>
      {error ? (
        <p class="field-error" id={`desk-${name}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** What can be said of the version that is saved. */
export function VersionFields({ values }: { values: FormValues }): Html {
  return (
    <div class="version-fields">
      <Field label="Note" name="note" maxlength={300} hint="What you have changed, in a few words." values={values} />
      <Field label="Name" name="name" maxlength={100} hint="For a version to come back to." values={values} />
    </div>
  );
}
