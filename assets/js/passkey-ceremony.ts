import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  WebAuthnError,
} from "@simplewebauthn/browser";

/** What the site answers instead of what was asked for, in a sentence. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether this browser knows passkeys, and this page has a name that they can belong to. */
export function isPossible(): boolean {
  return browserSupportsWebAuthn() && /[a-z]/i.test(location.hostname) && !location.hostname.includes(":");
}

/** Asks the site for a challenge to sign. */
export async function askForPasskey(element: HTMLElement): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const options = await ask(element, element.dataset.options, {});
  if (!isRequest(options)) throw new Error("The site answered with something else than options.");
  return options;
}

/** Asks the site how a new passkey should be. */
export async function askForNewPasskey(element: HTMLElement): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const options = await ask(element, element.dataset.options, {});
  if (!isCreation(options)) throw new Error("The site answered with something else than options.");
  return options;
}

/** Sends what the browser made or signed; answers where to go on. */
export async function askToVerify(element: HTMLElement, body: object): Promise<string> {
  const answer = await ask(element, element.dataset.verification, body);
  if (typeof answer === "object" && answer !== null && "location" in answer) return String(answer.location);
  throw new Error("The site answered with something else than where to go on.");
}

/** Does what a button is for, then goes where it leads, or says why not. Answers whether the page is being left. */
export async function conduct(
  element: HTMLElement,
  button: HTMLButtonElement,
  act: () => Promise<string>,
): Promise<boolean> {
  if (button.getAttribute("aria-busy") === "true") return false;
  button.setAttribute("aria-busy", "true");
  say(element, "");
  try {
    location.assign(await act());
    return true;
  } catch (error) {
    const { again } = element.dataset;
    // Whoever must prove who it is first is sent there.
    if (error instanceof Refusal && error.status === 401 && again !== undefined) location.assign(again);
    else say(element, sentenceFor(error));
    return false;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function say(element: HTMLElement, sentence: string): void {
  const place = element.querySelector("[aria-live]");
  if (place) place.textContent = sentence;
}

async function ask(element: HTMLElement, address = "", body: object): Promise<unknown> {
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    "x-csrf-token": element.dataset.token ?? "",
  };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const detail = typeof answer === "object" && answer !== null && "detail" in answer ? String(answer.detail) : "";
  throw new Refusal(response.status, detail || "The site did not answer as it should. Please try again.");
}

function isRequest(value: unknown): value is PublicKeyCredentialRequestOptionsJSON {
  return typeof value === "object" && value !== null && "challenge" in value && "rpId" in value;
}

function isCreation(value: unknown): value is PublicKeyCredentialCreationOptionsJSON {
  return typeof value === "object" && value !== null && "challenge" in value && "user" in value;
}

const sentences: { [code: string]: string } = {
  ERROR_CEREMONY_ABORTED: "",
  ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: "This device holds a passkey for your account already.",
  ERROR_AUTHENTICATOR_MISSING_DISCOVERABLE_CREDENTIAL_SUPPORT:
    "This key has no room for passkeys. Please use another device.",
  ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT:
    "This device cannot check that it is you. Set a screen lock or a PIN, then try again.",
  ERROR_INVALID_DOMAIN: "Passkeys do not work at this address.",
  ERROR_INVALID_RP_ID: "Passkeys do not work at this address.",
};

function sentenceFor(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof WebAuthnError) {
    const sentence = sentences[error.code];
    if (sentence !== undefined) return sentence;
    if (error.name === "NotAllowedError") return "No passkey was used: it was cancelled, or it took too long.";
  }
  // What fetch throws when nothing comes back.
  if (error instanceof TypeError) return "The site does not answer. Please try again in a moment.";
  return "Your device could not do this. Please try again, or use another way.";
}
