import { startRegistration } from "@simplewebauthn/browser";
import { askForNewPasskey, askToVerify, conduct, isPossible } from "./passkey-ceremony.ts";

/** A button that makes a passkey. It is seen only where the browser can. */
export class PasskeyAdd extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (button === null || !isPossible()) return;
    this.hidden = false;
    button.addEventListener("click", () => {
      void conduct(this, button, async () => {
        const optionsJSON = await askForNewPasskey(this);
        return askToVerify(this, { answer: await startRegistration({ optionsJSON }) });
      });
    });
  }
}
