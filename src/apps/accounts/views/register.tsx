import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { PasswordField } from "#ui/password-field.tsx";
import { ProofOfWork, type ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { afterRegistering, type Way } from "../door/way.ts";
import { focusIn, Masked, signInUrl, WayFields, type Filled } from "./door-parts.tsx";
import { DoorPage } from "./door-page.tsx";
import { ProviderButtons } from "./provider-buttons.tsx";

export interface RegisterPageProps extends Filled {
  way: Way;
  work?: ProofOfWorkProps | undefined;
}

export function RegisterPage({ way, work, errors, values }: RegisterPageProps): Html {
  const focus = focusIn(errors, ["address", "password", "name"]);
  return (
    <DoorPage
      title="Create an account"
      lede={`It keeps your place at ${config.SITE_NAME}, and costs nothing.`}
      scripts={["password-field.js"]}
      more={
        <p>
          You have one? <a href={signInUrl(way)}>Sign in</a>
        </p>
      }
    >
      <Form action={urls.register()}>
        <FormError errors={errors ?? {}} />
        <WayFields way={way} />
        <Field
          label="Mail address"
          name="address"
          type="email"
          autocomplete="email"
          values={values}
          errors={errors}
          autofocus={focus === "address"}
          required
        />
        <PasswordField
          kind="new"
          label="Password"
          name="password"
          hint="At least 8 characters. A few words in a row are good."
          errors={errors}
          autofocus={focus === "password"}
          required
        />
        <Field
          label="Name (optional)"
          name="name"
          autocomplete="name"
          maxlength={70}
          values={values}
          errors={errors}
          autofocus={focus === "name"}
        />
        <div class="honeypot" aria-hidden="true">
          <label for="website">Leave this empty</label>
          <input id="website" name="website" type="text" tabindex="-1" autocomplete="off" />
        </div>
        {work ? <ProofOfWork {...work} /> : null}
        <Submit>Create an account</Submit>
      </Form>
      <div class="door-ways">
        <ProviderButtons next={afterRegistering(way)} action="register" />
      </div>
    </DoorPage>
  );
}

export interface ConfirmPageProps extends Filled {
  token: string;
  address: string;
  /** In another browser than the one that registered. */
  asksPassword: boolean;
}

/** Where the link in the mail leads. */
export function ConfirmPage({ token, address, asksPassword, errors }: ConfirmPageProps): Html {
  const restart = <a href={urls.register()}>register with one that you choose</a>;
  return (
    <DoorPage
      title="Confirm your address"
      scripts={asksPassword ? ["password-field.js"] : undefined}
      lede={
        <>
          Create an account with <Masked address={address} />.
        </>
      }
      more={asksPassword ? <p>You chose none? Then somebody else used your address: {restart}.</p> : undefined}
    >
      <Form action={urls.registerConfirm()}>
        <FormError errors={errors ?? {}} />
        <input type="hidden" name="token" value={token} />
        {asksPassword ? (
          <PasswordField
            kind="current"
            label="Password"
            name="password"
            hint="The one that you chose when you registered."
            errors={errors}
            autofocus
            required
          />
        ) : null}
        <Submit>Confirm and sign in</Submit>
      </Form>
    </DoorPage>
  );
}

/** When somebody else has been faster, or one has confirmed before. */
export function AlreadyPage({ way }: { way: Way }): Html {
  return (
    <DoorPage
      title="You have an account already"
      lede="There is an account with this address by now. Nothing was changed."
      more={
        <p>
          Forgotten your password? <a href={urls.reset({}, { ...way })}>Set a new one</a>
        </p>
      }
    >
      <a class="button primary" href={signInUrl(way)}>
        Sign in
      </a>
    </DoorPage>
  );
}
