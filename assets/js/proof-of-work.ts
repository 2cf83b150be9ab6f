import { solveChallenge, type Challenge, type Solution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";

/**
 * Does the work that a form asks for, and holds back the form until it is done. What is hashed is hashed by the browser
 * outside of the page's own thread, so the page stays usable.
 */
class ProofOfWork extends HTMLElement {
  #working: AbortController | undefined;
  #isDone = false;
  #pressed: HTMLElement | null | undefined;

  connectedCallback(): void {
    const form = this.closest("form");
    // Pages that come by plain http from another machine have no hashing. Then what the page says holds: wait.
    if (form === null || this.dataset.challenge === undefined || !isSecureContext) return;
    form.addEventListener("submit", this.#hold);
    void this.#work(form, JSON.parse(this.dataset.challenge));
  }

  disconnectedCallback(): void {
    this.#working?.abort();
  }

  async #work(form: HTMLFormElement, challenge: Challenge): Promise<void> {
    const bar = this.querySelector("progress");
    const field = this.querySelector("input");
    if (bar === null || field === null) return;
    this.#say("working");
    bar.hidden = false;
    this.#working = new AbortController();
    const solution = await solve(challenge, this.#working, (share) => (bar.value = share));
    if (!this.isConnected) return;
    bar.hidden = true;
    if (solution === undefined) return this.#say("failed");
    field.value = btoa(JSON.stringify({ challenge, solution }));
    this.#isDone = true;
    this.#say("done");
    // It was sent before: now it may go.
    if (this.#pressed !== undefined) form.requestSubmit(this.#pressed);
  }

  readonly #hold = (event: SubmitEvent): void => {
    if (this.#isDone) return;
    event.preventDefault();
    this.#pressed = event.submitter;
    if (this.dataset.state === "working") this.#say("waiting");
  };

  // The words are the page's own. A button that cannot be pressed yet can still be found by keyboard.
  #say(state: "working" | "waiting" | "done" | "failed"): void {
    this.dataset.state = state;
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = this.dataset[state] ?? "";
    for (const button of this.closest("form")?.querySelectorAll("button:not([type=button])") ?? []) {
      if (state === "done") button.removeAttribute("aria-disabled");
      else button.setAttribute("aria-disabled", "true");
    }
  }
}

/** Tries the candidates, several at a time, and tells the share that is tried; undefined when none was the answer. */
async function solve(
  challenge: Challenge,
  working: AbortController,
  tell: (share: number) => void,
): Promise<Solution | undefined> {
  const candidates = Number(challenge.parameters.data?.candidates);
  const hands = Math.min(Math.max(navigator.hardwareConcurrency - 1, 1), 4);
  let tried = 0;
  const derive: typeof deriveKey = (...candidate) => {
    tried += 1;
    tell(Math.min(tried / candidates, 1));
    if (tried > candidates + hands) working.abort();
    return deriveKey(...candidate);
  };
  const tries = Array.from({ length: hands }, async (_, counterStart) => {
    const shared = { challenge, controller: working, deriveKey: derive, timeout: 0 };
    const solution = await solveChallenge({ ...shared, counterStart, counterStep: hands });
    if (solution !== null) working.abort();
    return solution ?? undefined;
  });
  return (await Promise.all(tries)).find((solution) => solution !== undefined);
}

customElements.define("proof-of-work", ProofOfWork);
