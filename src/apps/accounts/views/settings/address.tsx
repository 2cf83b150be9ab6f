import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { ProofOfWork, type ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { urls } from "#urls.ts";
import type { User } from "../../schema.ts";
import type { Side, Waiting } from "../../settings/address.ts";
import { AccountPage } from "../account-page.tsx";
import { DoorPage } from "../door-page.tsx";

interface AddressPageProps {
  user: User;
  waiting: Waiting | undefined;
  isChanged?: boolean;
  errors?: FormErrors;
  values?: FormValues;
  asks?: ProofOfWorkProps | undefined;
}

export function AddressPage({ user, waiting, isChanged, errors = {}, values = {}, asks }: AddressPageProps): Html {
  return (
    <AccountPage title="Mail address" current={urls.accountAddress()}>
      {isChanged ? (
        <Notice tone="good">Your account has its new address, and all other sessions have ended.</Notice>
      ) : null}
      <p>
        Your address is <strong>{user.address}</strong>.
      </p>
      {waiting === undefined ? null : <WaitingChange user={user} waiting={waiting} errors={errors} />}
      <section>
        <h2>{waiting === undefined ? "Another address" : "Or another one"}</h2>
        <p>We write to both, and nothing changes until you have answered both mails.</p>
        <Form action={urls.accountAddress()}>
          <FormError errors={errors} />
          <Field
            type="email"
            name="address"
            label="New address"
            autocomplete="email"
            values={values}
            errors={errors}
            required
          />
          {asks === undefined ? null : <ProofOfWork {...asks} />}
          <Submit tone={waiting === undefined ? "primary" : "quiet"}>Send both mails</Submit>
        </Form>
      </section>
    </AccountPage>
  );
}

interface WaitingProps {
  user: User;
  waiting: Waiting;
  errors: FormErrors;
}

function WaitingChange({ user, waiting: { to, confirmed }, errors }: WaitingProps): Html {
  const sides = [
    { side: "old", address: user.address },
    { side: "new", address: to },
  ] as const;
  return (
    <section>
      <h2>On its way to {to}</h2>
      <p>Open the link in each of the two mails, or type its code here within ten minutes.</p>
      <ul class="rows-of-things">
        {sides.map(({ side, address }) => (
          <li>
            <span>
              {address}
              <small>{confirmed.includes(side) ? "Confirmed" : "Waits for your answer"}</small>
            </span>
            {confirmed.includes(side) ? null : <CodeForm side={side} error={errors[side]} />}
          </li>
        ))}
      </ul>
      <Form action={urls.accountAddress()} method="delete">
        <Submit tone="quiet">Keep the old address</Submit>
      </Form>
    </section>
  );
}

function CodeForm({ side, error }: { side: Side; error: string | undefined }): Html {
  return (
    <Form action={urls.accountAddressConfirm()} label={`Code from the ${side} address`}>
      <input type="hidden" name="side" value={side} />
      <div class="code-line">
        <Field
          name="code"
          id={`code-${side}`}
          label="Code"
          inputmode="numeric"
          autocomplete="one-time-code"
          maxlength={10}
          errors={error === undefined ? {} : { code: error }}
          required
        />
        <Submit tone="quiet">Confirm</Submit>
      </div>
    </Form>
  );
}

/** What the link of a mail opens: it changes nothing by itself, since programs that look through mail open links too. */
export function ConfirmAddressPage({ token, side, to }: { token: string; side: Side; to: string }): Html {
  const title = side === "old" ? "Give up this address?" : "Is this your address?";
  return (
    <DoorPage
      title={title}
      lede={
        <>
          Your account shall have the address <strong>{to}</strong>. Both addresses are asked.
        </>
      }
    >
      <Form action={urls.accountAddressConfirm()}>
        <input type="hidden" name="token" value={token} />
        <Submit>Confirm</Submit>
      </Form>
    </DoorPage>
  );
}

/** What became of it. */
export function AddressOutcomePage({ outcome }: { outcome: "waiting" | "changed" | "taken" | "stale" }): Html {
  const { title, text } = outcomes[outcome];
  return (
    <DoorPage title={title} lede={text}>
      <a class="button" href={urls.accountAddress()}>
        To your account
      </a>
    </DoorPage>
  );
}

const outcomes = {
  waiting: { title: "Confirmed", text: "Now open the link in the mail to the other address." },
  changed: {
    title: "Your address is changed",
    text: "From now on we write to the new one. All other sessions have ended.",
  },
  taken: { title: "Not changed", text: "Another account has got this address in the meantime." },
  stale: {
    title: "This link is no good any more",
    text: "It was used, is older than a day, or another change was asked for.",
  },
} as const;
