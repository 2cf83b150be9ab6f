import {
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialRequestOptionsJSON,
  sendSignal,
  startAuthentication,
  WebAuthnAbortService,
} from "@simplewebauthn/browser";
import { askForPasskey, askToVerify, conduct, isPossible, Refusal } from "./passkey-ceremony.ts";

// A challenge is good for ten minutes, so a page that stays open asks for another before that.
const refreshMs = 8 * 60_000;
const never = Number.POSITIVE_INFINITY;

/** A button that signs in with a passkey. Where the browser can, passkeys are also offered in the form's field for the address. */
export class PasskeySignIn extends HTMLElement {
  #offeredAt = never;
  #removed = new AbortController();

  connectedCallback(): void {
    const button = this.querySelector("button");
    this.hidden = button === null || !isPossible();
    if (button === null || this.hidden) return;
    button.addEventListener("click", () => void this.#signIn(button));
    void this.#offerWhileOpen(button);
  }

  disconnectedCallback(): void {
    this.#removed.abort();
    WebAuthnAbortService.cancelCeremony();
  }

  async #signIn(button: HTMLButtonElement): Promise<void> {
    // A browser has one question at a time: the button's ends the field's.
    const isOffering = this.#offeredAt !== never;
    this.#offeredAt = never;
    const isLeaving = await conduct(this, button, async () => {
      const optionsJSON = await askForPasskey(this);
      return this.#verify(optionsJSON, await startAuthentication({ optionsJSON }));
    });
    if (isOffering && !isLeaving) await this.#offer(button);
  }

  async #offerWhileOpen(button: HTMLButtonElement): Promise<void> {
    const field = findField();
    if (field === null || !(await browserSupportsWebAuthnAutofill())) return;
    const { signal } = this.#removed;
    const look = (): void => {
      if (!document.hidden && Date.now() - this.#offeredAt > refreshMs) void this.#offer(button);
    };
    const timer = setInterval(look, 60_000);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", look, { signal });
    // Whoever sends the form goes on without a passkey; whoever comes back to it is offered one again.
    field.form?.addEventListener("submit", () => WebAuthnAbortService.cancelCeremony(), { signal });
    addEventListener("pageshow", (event) => event.persisted && void this.#offer(button), { signal });
    await this.#offer(button);
  }

  async #offer(button: HTMLButtonElement): Promise<void> {
    const offeredAt = (this.#offeredAt = Date.now());
    try {
      const optionsJSON = await askForPasskey(this);
      if (this.#offeredAt !== offeredAt) return;
      const answer = await startAuthentication({ optionsJSON, useBrowserAutofill: true });
      await conduct(this, button, () => this.#verify(optionsJSON, answer));
    } catch {
      // Nobody has asked for it, so nobody is told.
    }
  }

  async #verify(options: PublicKeyCredentialRequestOptionsJSON, answer: Answer): Promise<string> {
    try {
      return await askToVerify(this, { answer, next: this.dataset.next, stay: wantsToStay(this) });
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) forget(options.rpId, answer.id);
      throw error;
    }
  }
}

type Answer = Awaited<ReturnType<typeof startAuthentication>>;

function findField(): HTMLInputElement | null {
  return document.querySelector('input[autocomplete$="webauthn"]');
}

// The box of the form beside counts for all ways to sign in, also a page later.
function wantsToStay({ dataset }: HTMLElement): boolean {
  if (dataset.stay !== undefined) return true;
  const box = findField()?.form?.elements.namedItem("stay");
  return box instanceof HTMLInputElement && box.checked;
}

// A passkey that was removed here need not be offered again, where the browser knows how to hear that.
function forget(rpID: string | undefined, credentialID: string): void {
  if (rpID === undefined) return;
  sendSignal({ signalName: "unknownCredential", rpID, credentialID }).catch(() => undefined);
}
