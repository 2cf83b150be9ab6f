import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, FormError, Submit } from "#ui/form.tsx";
import { PasswordField } from "#ui/password-field.tsx";
import { urls } from "#urls.ts";
import { Masked, type Filled } from "./door-parts.tsx";
import { DoorPage } from "./door-page.tsx";

export interface NewPasswordPageProps extends Filled {
  token: string;
  address: string;
}

export function NewPasswordPage({ token, address, errors }: NewPasswordPageProps): Html {
  return (
    <DoorPage
      title="Set a new password"
      scripts={["password-field.js"]}
      lede={
        <>
          For the account of <Masked address={address} />. All its sessions will end, on every device.
        </>
      }
    >
      <Form action={urls.resetOpen()}>
        <FormError errors={errors ?? {}} />
        <input type="hidden" name="token" value={token} />
        <PasswordField
          kind="new"
          label="New password"
          name="password"
          hint="At least 8 characters. A few words in a row are good."
          errors={errors}
          autofocus
          required
        />
        <Submit>Set it and sign in</Submit>
      </Form>
    </DoorPage>
  );
}
