import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { maskedAddress } from "#lib/mail/headers.ts";
import { hasMailbox } from "#apps/mail/transport.ts";
import { Choice, Field, Form, FormError, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import type { Way } from "../door/way.ts";
import { DoorPage } from "./door-page.tsx";

/** What a form holds that is shown once more. */
export interface Filled {
  errors?: FormErrors | undefined;
  values?: FormValues | undefined;
}

/** Carries where to go on through a form. */
export function WayFields({ way }: { way: Way }): Html {
  return (
    <>
      {way.next ? <input type="hidden" name="next" value={way.next} /> : null}
      {way.from ? <input type="hidden" name="from" value={way.from} /> : null}
    </>
  );
}

/** The field where a reader begins: the first that is wrong, else the first of all. */
export function focusIn(errors: FormErrors = {}, names: readonly string[]): string | undefined {
  return names.find((name) => errors[name] !== undefined) ?? names[0];
}

/** Six digits from a mail or an app. */
export function CodeField({ label = "Code", name = "code", errors, hint, autofocus }: CodeFieldProps): Html {
  return (
    <Field
      label={label}
      name={name}
      errors={errors}
      hint={hint}
      autocomplete="one-time-code"
      inputmode="numeric"
      maxlength={20}
      autofocus={autofocus}
      required
    />
  );
}

interface CodeFieldProps extends Pick<Filled, "errors"> {
  label?: string;
  name?: string;
  hint?: Child;
  autofocus?: boolean;
}

export function StayChoice({ values }: Pick<Filled, "values">): Html {
  return (
    <Choice
      label="Stay signed in"
      name="stay"
      checked={values?.stay !== undefined}
      hint="Only on a device that is yours."
    />
  );
}

export interface MailedPageProps extends Filled {
  /** Where the code is sent. */
  action: string;
  lede: Child;
  /** Where to ask for another mail. */
  again: string;
  asksToStay?: boolean;
}

/** The same for everybody who asked for a mail, whatever was sent. */
export function MailedPage({ action, lede, again, asksToStay = false, errors, values }: MailedPageProps): Html {
  return (
    <DoorPage
      title="Look into your mail"
      lede={lede}
      more={
        <p>
          Nothing came? {hasMailbox() ? <OwnMailbox /> : "Look among the junk"}, or{" "}
          <a href={again}>ask for another mail</a>.
        </p>
      }
    >
      <Form action={action}>
        <FormError errors={errors ?? {}} />
        <CodeField
          label="The code from the mail"
          errors={errors}
          hint="Six digits. It works in this browser; the link works in any."
          autofocus
        />
        {asksToStay ? <StayChoice values={values} /> : null}
        <Submit>Go on</Submit>
      </Form>
    </DoorPage>
  );
}

// On the machine of whoever is trying the site out, mail goes nowhere.
function OwnMailbox(): Html {
  return (
    <>
      This site keeps its mail <a href={urls.devMail()}>in a mailbox of its own</a>: look there
    </>
  );
}

/** For a link that was used, is too old, or is not whole. */
export function DeadLinkPage({ again, children }: { again: string; children: Child }): Html {
  return (
    <DoorPage title="This link is no good any more" lede="Links in mails work once, and for a while.">
      <a class="button primary" href={again}>
        {children}
      </a>
    </DoorPage>
  );
}

/** The mail address of an account, shown to whoever holds a link to it. */
export function Masked({ address }: { address: string }): Html {
  return <span class="address">{maskedAddress(address)}</span>;
}

export const signInUrl = (way: Way): string => urls.signIn({}, { ...way });
export const registerUrl = (way: Way): string => urls.register({}, { ...way });
