import type { FormErrors } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, FormError, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { PasswordField } from "#ui/password-field.tsx";
import { ProofOfWork, type ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { urls } from "#urls.ts";
import type { User } from "../../schema.ts";
import { AccountPage } from "../account-page.tsx";

interface PasswordPageProps {
  user: User;
  errors?: FormErrors;
  isChanged?: boolean;
  asks?: ProofOfWorkProps | undefined;
}

export function PasswordPage({ user, errors = {}, isChanged, asks }: PasswordPageProps): Html {
  const hasOne = user.passwordHash !== null;
  return (
    <AccountPage title="Password" current={urls.accountPassword()} scripts={["password-field.js"]}>
      {isChanged ? <Notice tone="good">Your password is changed, and all other sessions have ended.</Notice> : null}
      <p>
        {hasOne
          ? "A new password ends all other sessions."
          : "You sign in without a password so far. With one you can, too, when your mail is out of reach."}
      </p>
      <Form action={urls.accountPassword()}>
        <FormError errors={errors} />
        {/* Whoever keeps passwords for people wants to know whose it is. */}
        <input type="hidden" name="username" autocomplete="username" value={user.address} />
        {hasOne ? (
          <PasswordField kind="current" name="current" label="Current password" errors={errors} required />
        ) : null}
        <PasswordField
          kind="new"
          name="password"
          label="New password"
          hint="At least 8 characters. Three or four words that do not belong together are hard to guess and easy to keep."
          errors={errors}
          required
        />
        {asks === undefined ? null : <ProofOfWork {...asks} />}
        <Submit>{hasOne ? "Change the password" : "Set the password"}</Submit>
      </Form>
    </AccountPage>
  );
}
