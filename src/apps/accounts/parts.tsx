import { currentPath } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { PasskeyAdd, passkeyScript } from "./views/passkey-parts.tsx";

export { AccountPage } from "./views/account-page.tsx";

/** The scripts of a page that offers a passkey. */
export const passkeyScripts = [passkeyScript] as const;

/** Offers a passkey to who signed in without: for whom `wantsPasskey` says so. The page needs `passkeyScripts`. */
export function PasskeyOffer(): Html {
  return (
    <section class="offer" aria-label="Sign in faster next time">
      <p>
        <strong>Sign in faster next time.</strong> With a passkey your fingerprint, your face or the lock of your screen
        is enough, and there is nothing to remember.
      </p>
      <div class="offer-answers">
        <PasskeyAdd tone="quiet" />
        <Form action={urls.accountPasskeyOffer({}, { next: currentPath() })} method="delete" kind="inline">
          <button class="button" type="submit">
            Not now
          </button>
        </Form>
      </div>
    </section>
  );
}
