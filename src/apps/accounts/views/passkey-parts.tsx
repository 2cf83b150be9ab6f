import { csrfToken, currentPath } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Icon } from "#ui/icon.tsx";
import { urls } from "#urls.ts";

/** The script that a page with one of these parts needs. */
export const passkeyScript = "passkeys.js";

/**
 * A button that signs in with a passkey, seen only where that works. A field of the page with
 * `autocomplete="username webauthn"` offers passkeys as well; a box called `stay` in its form is heeded.
 */
export function PasskeySignIn({ next = "", stays, label = "Sign in with a passkey" }: PasskeySignInProps): Html {
  return (
    <passkey-sign-in
      data-options={urls.signInPasskeyOptions()}
      data-verification={urls.signInPasskey()}
      data-token={csrfToken()}
      data-next={next}
      data-stay={stays}
    >
      <button class="button" type="button">
        <Icon name="passkey" /> {label}
      </button>
      <p class="field-error" aria-live="polite" />
    </passkey-sign-in>
  );
}

export interface PasskeySignInProps {
  /** Where to go on, on this site. */
  next?: string | undefined;
  /** Whether the reader has said before that they want to stay signed in. */
  stays?: boolean;
  label?: string;
}

/** A button that makes a passkey for who is signed in, seen only where that works. */
export function PasskeyAdd({ label = "Add a passkey", tone = "primary" }: PasskeyAddProps): Html {
  return (
    <passkey-add
      data-options={urls.accountPasskeyOptions()}
      data-verification={urls.accountPasskeys()}
      data-token={csrfToken()}
      data-again={urls.signInAgain({}, { next: currentPath() })}
    >
      <button class={tone === "primary" ? "button primary" : "button"} type="button">
        {label}
      </button>
      <p class="field-error" aria-live="polite" />
    </passkey-add>
  );
}

export interface PasskeyAddProps {
  label?: string;
  tone?: "primary" | "quiet";
}
