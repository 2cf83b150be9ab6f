import type { Consequences } from "#lib/admin/dependents.ts";
import { keyOf, type Model, type Row } from "#lib/admin.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Choices } from "../finding.ts";
import { AdminPage } from "../parts.tsx";
import { Consequence } from "./confirm.tsx";
import { LabelledField } from "./fields.tsx";
import { nameOf } from "./rows.tsx";
import type { Column } from "#lib/admin/columns.ts";

export interface DeletePageProps {
  model: Model;
  row: Row;
  consequences: Consequences;
  /** The address that readers know, which may lead elsewhere afterwards; with where it may lead. */
  redirect: { path: string; column: Column; choices: Choices | undefined } | undefined;
  problem?: string | undefined;
  canBeRestored: boolean;
}

/** Asks before a row is deleted, and shows what that means. */
export function DeletePage({ model, row, consequences, redirect, problem, canBeRestored }: DeletePageProps): Html {
  const key = keyOf(model, row);
  const name = nameOf(model, row);
  const crumbs = [
    { label: model.many, href: urls.adminList({ model: model.name }) },
    { label: name, href: urls.adminRow({ model: model.name, key }) },
  ];
  const isBlocked = consequences.blocking.length > 0;
  return (
    <AdminPage title={`Delete ${name}`} model={model} crumbs={crumbs}>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <p class="admin-question">
        Delete the {model.one} <strong>{name}</strong>?{" "}
        {canBeRestored
          ? "Its history can put it back, with all that goes along."
          : "Its history can put it back, but so much goes along that the rest is lost."}
      </p>
      <Consequence consequences={consequences} />
      <Form action={urls.adminDelete({ model: model.name, key })} method="delete">
        {redirect === undefined ? null : (
          <fieldset class="choices">
            <legend>Readers who come to {redirect.path}</legend>
            <LabelledField
              column={{ ...redirect.column, label: "are led to", isRequired: false, isNullable: true }}
              name="redirect"
              value=""
              choices={redirect.choices}
              hint="Empty: they find that the page is gone."
            />
          </fieldset>
        )}
        <div class="deeds">
          {isBlocked ? null : <Submit tone="bad">Yes, delete</Submit>}
          <a class="button" href={urls.adminRow({ model: model.name, key })}>
            No, go back
          </a>
        </div>
      </Form>
    </AdminPage>
  );
}
