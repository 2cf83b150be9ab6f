import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { maskedAddress } from "#lib/mail/headers.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { ProofOfWork, type ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { urls } from "#urls.ts";
import type { Way } from "../door/way.ts";
import { signInUrl, StayChoice, WayFields, type Filled } from "./door-parts.tsx";
import { DoorPage } from "./door-page.tsx";

export interface AskPageProps extends Filled {
  way: Way;
  /** Whether for a link to sign in, or for a new password. */
  purpose: "sign-in" | "reset";
  work?: ProofOfWorkProps | undefined;
}

const words = {
  "sign-in": {
    title: "Sign in by mail",
    lede: "We mail you a link and a code. There is nothing to remember.",
    action: urls.signInLink(),
  },
  reset: {
    title: "Set a new password",
    lede: "We mail you a link and a code with which you set one.",
    action: urls.reset(),
  },
} as const;

/** Asks for an address to mail to. */
export function AskPage({ way, purpose, work, errors = {}, values }: AskPageProps): Html {
  const { title, lede, action } = words[purpose];
  return (
    <DoorPage
      title={title}
      lede={lede}
      more={
        <p>
          Back to <a href={signInUrl(way)}>signing in</a>
        </p>
      }
    >
      <Form action={action}>
        <FormError errors={errors} />
        <WayFields way={way} />
        <Field
          label="Mail address"
          name="address"
          type="email"
          autocomplete="username"
          values={values}
          errors={errors}
          autofocus
          required
        />
        {work ? <ProofOfWork {...work} /> : null}
        <Submit>Send the mail</Submit>
      </Form>
    </DoorPage>
  );
}

/** Where the link in the mail leads: scanners of mail follow links, so the rest takes a button. */
export function OpenLinkPage({ token, address }: { token: string; address: string }): Html {
  return (
    <DoorPage title="Sign in">
      <Form action={urls.signInLinkOpen()}>
        <input type="hidden" name="token" value={token} />
        <StayChoice />
        <Submit>{`Sign in as ${maskedAddress(address)}`}</Submit>
      </Form>
    </DoorPage>
  );
}
