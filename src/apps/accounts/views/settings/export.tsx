import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { daysToReturn } from "../../deletion.ts";
import { AccountPage } from "../account-page.tsx";

export function ExportPage(): Html {
  return (
    <AccountPage title="Your data" current={urls.accountExport()}>
      <p>
        A ZIP of everything that is kept about you: your account and profile, where you are signed in, what you have
        read and saved, what happened to your account, and what was mailed to you. Each table is a JSON file. Passwords,
        keys and codes are left out.
      </p>
      <Form action={urls.accountExport()}>
        <Submit>Download everything</Submit>
      </Form>
      <section>
        <h2>Delete your account</h2>
        <p>Everything that is about you is deleted. For {daysToReturn} days you can come back.</p>
        <p>
          <a href={urls.accountDeletion()}>Delete the account</a>
        </p>
      </section>
    </AccountPage>
  );
}
