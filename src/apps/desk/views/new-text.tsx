import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Choice, Field, Form, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { DeskPage, kindName } from "./desk-page.tsx";

interface NewTextPageProps {
  kinds: readonly string[];
  errors?: FormErrors;
  values?: FormValues;
}

const words: Record<string, string> = {
  tutorial: "Teaches one thing, from the first line to the last.",
  series: "Tutorials that are read in their order.",
  page: "About the site, such as its rules; on no list.",
};

/** Where a text begins: what it will be, what it is called, and an outline. */
export function NewTextPage({ kinds, errors = {}, values = {} }: NewTextPageProps): Html {
  const chosen = values.kind ?? "tutorial";
  return (
    <DeskPage title="Begin a text" tab={urls.deskNew()}>
      <Form action={urls.deskNew()}>
        <fieldset class="choices">
          <legend>What will it be?</legend>
          {kinds.toSorted(byHabit).map((kind) => (
            <Choice
              type="radio"
              name="kind"
              value={kind}
              checked={kind === chosen}
              label={kindName(kind)}
              hint={words[kind]}
            />
          ))}
          {errors.kind ? <p class="field-error">{errors.kind}</p> : null}
        </fieldset>
        <Field label="Title" name="title" maxlength={300} required autofocus values={values} errors={errors} />
        <Field
          label="Address"
          name="path"
          maxlength={200}
          hint="Left empty, it is made of the title. It can be changed until the text is published."
          values={values}
          errors={errors}
        />
        <Field
          label="Outline"
          name="outline"
          rows={10}
          hint="Who it is for, what they will be able to do, and the headings. An editor reads it before you write."
          values={values}
          errors={errors}
        />
        <Submit>Begin</Submit>
      </Form>
    </DeskPage>
  );
}

function byHabit(one: string, other: string): number {
  return Object.keys(words).indexOf(one) - Object.keys(words).indexOf(other);
}
