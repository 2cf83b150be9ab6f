import type { FormErrors } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Enrolment } from "../../settings/enrolment.ts";
import { AccountPage } from "../account-page.tsx";

/** How to set it up: a code for the camera, the same to type, and a field for what the app then shows. */
export function EnrolmentPage({ enrolment, errors = {} }: { enrolment: Enrolment; errors?: FormErrors }): Html {
  return (
    <AccountPage title="Second factor" current={urls.accountSecondFactor()}>
      <p>
        With a second factor nobody gets in with your password alone: signing in asks for a code that an app on your
        phone shows. Any authenticator app will do.
      </p>
      <Form action={urls.accountSecondFactor()}>
        <FormError errors={errors} />
        <input type="hidden" name="setup" value={enrolment.sealed} />
        <ol class="steps">
          <li>
            <h2>Scan this with your app</h2>
            {enrolment.qr}
            <p>
              On this phone, <a href={enrolment.uri}>open it in the app</a>. Or type this key:
            </p>
            <p class="key">
              <code>{enrolment.secret}</code>
            </p>
          </li>
          <li>
            <h2>Type the six digits that it shows</h2>
            <Field
              name="code"
              label="Code"
              inputmode="numeric"
              autocomplete="one-time-code"
              maxlength={10}
              errors={errors}
              required
            />
          </li>
        </ol>
        <Submit>Turn it on</Submit>
      </Form>
    </AccountPage>
  );
}

interface FactorProps {
  /** How many recovery codes are left. */
  left: number;
  isStaff: boolean;
}

export function SecondFactorPage({ left, isStaff }: FactorProps): Html {
  return (
    <AccountPage title="Second factor" current={urls.accountSecondFactor()}>
      <Notice tone="good">It is on: signing in asks for a code of your app.</Notice>
      <section>
        <h2>Recovery codes</h2>
        <p>
          {left === 0
            ? "You have none left. Without your phone you could not sign in: make new ones now."
            : `You have ${left} left, for when your phone is not at hand. New ones make the old ones useless.`}
        </p>
        <Form action={urls.accountRecoveryCodes()}>
          <Submit tone={left === 0 ? "primary" : "quiet"}>Make new recovery codes</Submit>
        </Form>
      </section>
      <section>
        <h2>Turn it off</h2>
        <p>
          {isStaff
            ? "Staff show two factors: without one your rights here rest, until you set up another or sign in with a passkey."
            : "Then your password, or your mail, is enough to sign in. To change to another phone, turn it off and set it up there."}
        </p>
        <Form action={urls.accountSecondFactor()} method="delete">
          <Submit tone="bad">Turn the second factor off</Submit>
        </Form>
      </section>
    </AccountPage>
  );
}

/** Recovery codes, to be kept: the only page that ever shows them. */
export function RecoveryCodesPage({ codes, file }: { codes: readonly string[]; file: string }): Html {
  return (
    <AccountPage title="Recovery codes" current={urls.accountSecondFactor()} scripts={["recovery-codes.js"]}>
      <Notice tone="warn" title="Keep these now">
        They are shown this once. Each lets you in once, in place of a code of your app.
      </Notice>
      <recovery-codes>
        <ul class="codes" aria-label="Recovery codes">
          {codes.map((code) => (
            <li>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div class="codes-tools">
          <a
            class="button"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(file)}`}
            download="recovery-codes.txt"
          >
            Download
          </a>
        </div>
      </recovery-codes>
      <p>Put them where you keep what must not get lost, and not on the phone that has the app.</p>
      <Form action={urls.accountRecoveryCodes()} method="delete">
        <Submit>I have kept them</Submit>
      </Form>
    </AccountPage>
  );
}
