import { make } from "../dom.ts";
import type { KeptState } from "./keeper.ts";
import type { Base } from "./opening.ts";
import { clock, partOf } from "./room.ts";

/** What the writing room says: in one line how the text is kept, and below it what its writer should know. */
export class Notices {
  readonly #host: HTMLElement;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  tell(state: KeptState): void {
    const words: Record<KeptState, string> = {
      saved: `Saved ${clock(new Date())}`,
      saving: "Saving…",
      offline: "Offline: kept in this browser",
      "signed-out": "Signed out: kept in this browser",
      refused: "Too long to be saved: kept in this browser",
      lost: "Not saved: copy your text before you leave",
    };
    this.state(words[state], state);
  }

  state(words: string, state: KeptState = "saved"): void {
    const shown = partOf(this.#host, ".writing-state");
    shown.dataset.state = state;
    if (shown.textContent !== words) shown.textContent = words;
  }

  /** Who else is at this text. */
  others(words: string): void {
    const shown = partOf(this.#host, ".writing-others");
    if (shown.textContent !== words) shown.textContent = words;
  }

  add(...words: (string | Node)[]): HTMLElement {
    const close = make("button", { type: "button", class: "writing-close", "aria-label": "Close" }, "×");
    const notice = make("div", { class: "writing-notice", role: "status" }, make("p", {}, ...words), close);
    close.addEventListener("click", () => notice.remove());
    partOf(this.#host, ".writing-notices").append(notice);
    return notice;
  }

  clear(): void {
    for (const notice of this.#host.querySelectorAll(".writing-notice, .writing-notices > .notice")) notice.remove();
  }
}

/** `Version 3, 14:05`. */
export function savedWords({ number, savedAt }: Base): string {
  if (number === 0) return "Nothing saved yet";
  return `Version ${number}${savedAt === null ? "" : `, ${clock(new Date(savedAt))}`}`;
}
