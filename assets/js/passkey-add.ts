import { startRegistration } from "@simplewebauthn/browser";
import { askForNewPasskey, askToVerify, conduct, isPossible } from "./passkey-ceremony.ts";

/** A button that makes a passkey. It is seen only where the browser can. */
export class PasskeyAdd extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    this.hidden = button === null || !isPossible();
    if (button === null || this.hidden) return;
    button.addEventListener("click", () => {
      void conduct(this, button, async () => {
        const optionsJSON = await askForNewPasskey(this);
        return askToVerify(this, { answer: await startRegistration({ optionsJSON }) });
      });
    });
  }
}
