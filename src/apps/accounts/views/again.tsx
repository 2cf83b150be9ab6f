import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, FormError, Submit } from "#ui/form.tsx";
import { PasswordField } from "#ui/password-field.tsx";
import { ProofOfWork, type ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { urls } from "#urls.ts";
import { CodeField, type Filled } from "./door-parts.tsx";
import { DoorPage } from "./door-page.tsx";
import { PasskeySignIn, passkeyScript } from "./passkey-parts.tsx";

/** How somebody who is signed in can show that it is them. */
export interface Proofs {
  password: boolean;
  app: boolean;
  passkey: boolean;
  /** For who has none of these. */
  mail: boolean;
}

export interface AgainPageProps extends Filled {
  proofs: Proofs;
  next: string;
  /** Whether a mail with a code was sent. */
  isSent: boolean;
  work?: ProofOfWorkProps | undefined;
}

/** Asks who is signed in for a proof, before something that would harm its owner in the hands of another. */
export function AgainPage({ proofs, next, isSent, work, errors = {} }: AgainPageProps): Html {
  const first = errors.code === undefined && proofs.password ? "password" : "code";
  return (
    <DoorPage
      title="Is it you?"
      lede="What you are about to do is delicate, so show once more that it is you."
      scripts={["password-field.js", passkeyScript]}
    >
      <FormError errors={errors} />
      <div class="door-ways">
        {proofs.password ? (
          <AgainForm next={next} label="By password">
            <PasswordField
              kind="current"
              label="Password"
              name="password"
              errors={errors}
              autofocus={first === "password"}
              required
            />
            {work ? <ProofOfWork {...work} /> : null}
            <Submit>Go on</Submit>
          </AgainForm>
        ) : null}
        {proofs.app ? (
          <AgainForm next={next} label="By code">
            <CodeField label="The code from your app" errors={errors} autofocus={first === "code"} />
            <Submit tone={proofs.password ? "quiet" : "primary"}>Go on with the code</Submit>
          </AgainForm>
        ) : null}
        {proofs.passkey ? <PasskeySignIn next={next} label="Use a passkey" /> : null}
        {proofs.mail ? <MailForms next={next} isSent={isSent} errors={errors} work={work} /> : null}
      </div>
    </DoorPage>
  );
}

function MailForms({ next, isSent, errors, work }: Omit<AgainPageProps, "proofs">): Html {
  return (
    <>
      {isSent ? (
        <AgainForm next={next} label="By mail">
          <CodeField
            label="The code from the mail"
            name="mailed"
            hint="We have just sent it to you."
            errors={errors}
            autofocus
          />
          <Submit>Go on</Submit>
        </AgainForm>
      ) : null}
      <AgainForm next={next} label="Ask for a mail">
        <input type="hidden" name="send" value="yes" />
        {work ? <ProofOfWork {...work} /> : null}
        <Submit tone={isSent ? "quiet" : "primary"}>{isSent ? "Send another mail" : "Mail me a code"}</Submit>
      </AgainForm>
    </>
  );
}

function AgainForm({ next, label, children }: { next: string; label: string; children: Html | (Html | null)[] }): Html {
  return (
    <Form action={urls.signInAgain()} label={label}>
      <input type="hidden" name="next" value={next} />
      {children}
    </Form>
  );
}
