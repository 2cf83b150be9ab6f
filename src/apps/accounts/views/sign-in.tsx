import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { PasswordField } from "#ui/password-field.tsx";
import { ProofOfWork, type ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { urls } from "#urls.ts";
import { afterSignIn, type Way } from "../door/way.ts";
import { focusIn, registerUrl, StayChoice, WayFields, type Filled } from "./door-parts.tsx";
import { DoorPage } from "./door-page.tsx";
import { PasskeySignIn, passkeyScript } from "./passkey-parts.tsx";
import { ProviderButtons } from "./provider-buttons.tsx";

export interface SignInPageProps extends Filled {
  way: Way;
  work?: ProofOfWorkProps | undefined;
}

export function SignInPage({ way, work, errors = {}, values }: SignInPageProps): Html {
  const next = afterSignIn(way);
  // Who typed an address and a password that do not fit has most likely mistyped the password.
  const focus = errors[""] === undefined ? focusIn(errors, ["address", "password"]) : "password";
  return (
    <DoorPage
      title="Sign in"
      scripts={["password-field.js", passkeyScript]}
      more={
        <>
          <p>
            New here? <a href={registerUrl(way)}>Create an account</a>
          </p>
          <p>
            <a href={urls.reset({}, { ...way })}>Forgotten your password?</a>
          </p>
        </>
      }
    >
      <Form action={urls.signIn()}>
        <FormError errors={errors} />
        <WayFields way={way} />
        <Field
          label="Mail address"
          name="address"
          type="email"
          autocomplete="username webauthn"
          values={values}
          errors={errors}
          autofocus={focus === "address"}
          required
        />
        <PasswordField
          kind="current"
          label="Password"
          name="password"
          errors={errors}
          autofocus={focus === "password"}
          required
        />
        <StayChoice values={values} />
        {work ? <ProofOfWork {...work} /> : null}
        <Submit>Sign in</Submit>
        <button class="button" type="submit" formaction={urls.signInLink()} formnovalidate>
          Mail me a link instead
        </button>
      </Form>
      <div class="door-ways">
        <PasskeySignIn next={next} />
        <ProviderButtons next={next} action="sign-in" />
      </div>
    </DoorPage>
  );
}
