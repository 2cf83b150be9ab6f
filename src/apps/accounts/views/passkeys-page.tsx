import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { Passkey } from "../passkeys.ts";
import type { User } from "../schema.ts";
import { AccountPage } from "./account-page.tsx";
import { PasskeyAdd, passkeyScript } from "./passkey-parts.tsx";

export interface PasskeysPageProps {
  user: User;
  /** How many recovery codes are left. */
  recoveryCodes: number;
  passkeys: readonly Passkey[];
  /** The one that was just added. */
  added?: number | undefined;
  /** Why one could not be removed. */
  refusal?: string | undefined;
  /** A new name that was no name. */
  renaming?: { id: number; values: FormValues; errors: FormErrors };
}

export function PasskeysPage({ user, recoveryCodes, passkeys, added, refusal, renaming }: PasskeysPageProps): Html {
  const newest = passkeys.find(({ id }) => id === added);
  return (
    <AccountPage title="Passkeys" current={urls.accountPasskeys()} scripts={[passkeyScript]}>
      {newest ? <Notice tone="good">{`“${newest.name}” signs you in from now on.`}</Notice> : null}
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <p>
        A passkey signs you in with your fingerprint, your face or the lock of your screen, and is a second factor at
        the same time. It works on this site alone, so nobody can talk you out of it.
      </p>
      {passkeys.length === 0 ? null : (
        <ul class="rows-of-things">
          {passkeys.map((passkey) => (
            <Row passkey={passkey} renaming={renaming?.id === passkey.id ? renaming : undefined} />
          ))}
        </ul>
      )}
      <div class="passkey-more">
        <PasskeyAdd label={passkeys.length === 0 ? "Add a passkey" : "Add another passkey"} />
        <p class="hint">To add a passkey, open this page in a browser that knows them, with scripts on.</p>
      </div>
      {passkeys.length === 0 || user.totpSecret !== null ? null : (
        <SecondFactor isOn={user.requiresSecondFactor} left={recoveryCodes} />
      )}
    </AccountPage>
  );
}

function Row({ passkey, renaming }: { passkey: Passkey; renaming: PasskeysPageProps["renaming"] }): Html {
  const { id, name, createdAt, lastUsedAt, isBackedUp } = passkey;
  return (
    <li>
      <div class="passkey">
        <strong>{name}</strong>
        <small>
          {isBackedUp ? "kept on several devices" : "kept on one device"} · added <Day at={createdAt} />
          {lastUsedAt === null ? null : (
            <>
              , last used <Day at={lastUsedAt} />
            </>
          )}
        </small>
        <details open={renaming !== undefined}>
          <summary aria-label={`Rename ${name}`}>Rename</summary>
          <Form action={urls.accountPasskey({ id: String(id) })} method="patch">
            <Field
              label="Name"
              name="name"
              id={`name-${id}`}
              value={name}
              values={renaming?.values ?? {}}
              errors={renaming?.errors ?? {}}
              maxlength={60}
              required
            />
            <Submit tone="quiet">Save</Submit>
          </Form>
        </details>
      </div>
      <Form action={urls.accountPasskey({ id: String(id) })} method="delete" kind="inline">
        <button class="button bad" type="submit" aria-label={`Remove ${name}`}>
          Remove
        </button>
      </Form>
    </li>
  );
}

function SecondFactor({ isOn, left }: { isOn: boolean; left: number }): Html {
  if (!isOn) {
    return (
      <section>
        <h2>As a second factor</h2>
        <p>A password or a mail is enough to sign in. Turn this on, and both ask for a passkey as well.</p>
        <Form action={urls.accountSecondFactor()} method="put">
          <Submit tone="quiet">Ask for a passkey every time</Submit>
        </Form>
      </section>
    );
  }
  return (
    <section>
      <h2>As a second factor</h2>
      <p>
        Every other way to sign in asks for a passkey as well. Recovery codes let you in when none is at hand:{" "}
        {left === 0 ? "you have none left" : `you have ${left} left`}.
      </p>
      <div class="offer-answers">
        <Form action={urls.accountRecoveryCodes()} kind="inline">
          <button class="button" type="submit">
            Make new recovery codes
          </button>
        </Form>
        <Form action={urls.accountSecondFactor()} method="delete" kind="inline">
          <button class="button bad" type="submit">
            Do not ask any more
          </button>
        </Form>
      </div>
    </section>
  );
}
