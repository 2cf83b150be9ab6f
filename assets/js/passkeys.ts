import { PasskeyAdd } from "./passkey-add.ts";
import { PasskeySignIn } from "./passkey-sign-in.ts";

customElements.define("passkey-add", PasskeyAdd);
customElements.define("passkey-sign-in", PasskeySignIn);
