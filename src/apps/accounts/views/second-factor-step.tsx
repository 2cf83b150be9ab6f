import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { CodeField, type Filled } from "./door-parts.tsx";
import { DoorPage } from "./door-page.tsx";
import { PasskeySignIn, passkeyScript } from "./passkey-parts.tsx";

/** What an account can show beside its first factor. */
export interface Factors {
  app: boolean;
  passkey: boolean;
  recovery: boolean;
}

export interface SecondFactorPageProps extends Filled {
  factors: Factors;
  next: string;
  /** Whether the reader has said that they want to stay signed in. */
  stays: boolean;
}

export function SecondFactorPage({ factors, next, stays, errors = {} }: SecondFactorPageProps): Html {
  return (
    <DoorPage
      title="Your second factor"
      lede={factors.app ? "One more thing shows that it is you." : "Your passkey shows that it is you."}
      scripts={factors.passkey ? [passkeyScript] : undefined}
      more={factors.recovery ? <RecoveryForm next={next} errors={errors} /> : undefined}
    >
      {factors.app ? (
        <Form action={urls.signInSecondFactor()}>
          <FormError errors={errors} />
          <NextField next={next} />
          <CodeField
            label="The code from your app"
            hint="Six digits, new every half minute."
            errors={errors}
            autofocus={errors.recovery === undefined}
          />
          <Submit>Go on</Submit>
        </Form>
      ) : null}
      {factors.passkey ? (
        <div class="door-ways">
          <PasskeySignIn next={next} stays={stays} label="Use a passkey" />
        </div>
      ) : null}
    </DoorPage>
  );
}

function RecoveryForm({ next, errors }: Required<Pick<SecondFactorPageProps, "next" | "errors">>): Html {
  return (
    <details class="door-details" open={errors?.recovery !== undefined}>
      <summary>Use a recovery code</summary>
      <Form action={urls.signInSecondFactor()} label="By recovery code">
        <NextField next={next} />
        <Field
          label="Recovery code"
          name="recovery"
          errors={errors}
          hint="One of the ten that you kept. Each works once."
          autocomplete="off"
          maxlength={40}
          autofocus={errors?.recovery !== undefined}
          required
        />
        <Submit tone="quiet">Go on with the recovery code</Submit>
      </Form>
    </details>
  );
}

function NextField({ next }: { next: string }): Html {
  return <input type="hidden" name="next" value={next} />;
}

/** For who took too long, or typed too many wrong codes. */
export function BeginAgainPage({ next }: { next: string }): Html {
  return (
    <DoorPage
      title="Begin once more"
      lede="That took too long, or there were too many wrong codes. Show the first factor again, then the second."
    >
      <a class="button primary" href={urls.signIn({}, { next })}>
        Sign in
      </a>
    </DoorPage>
  );
}

/** For staff who have no second factor yet. */
export function NoSecondFactorPage(): Html {
  return (
    <DoorPage
      title="Staff need a second factor"
      lede="What you may do here could harm others if somebody stole your password. So set up an app or a passkey first; it takes two minutes."
    >
      <a class="button primary" href={urls.accountSecondFactor()}>
        Set up a second factor
      </a>
    </DoorPage>
  );
}
