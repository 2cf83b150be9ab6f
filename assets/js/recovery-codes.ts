import { copyFrom, make } from "./dom.ts";

/** Recovery codes can be copied and printed as well as downloaded. */
class RecoveryCodes extends HTMLElement {
  connectedCallback(): void {
    const tools = this.querySelector(".codes-tools");
    if (tools === null || tools.childElementCount > 1) return;
    const text = [...this.querySelectorAll("code")].map((code) => code.textContent).join("\n");
    const copy = make("button", { class: "button", type: "button", "aria-live": "polite" }, "Copy");
    copy.addEventListener("click", () => void copyFrom(copy, text));
    const print = make("button", { class: "button", type: "button" }, "Print");
    print.addEventListener("click", () => globalThis.print());
    tools.append(copy, print);
  }
}

customElements.define("recovery-codes", RecoveryCodes);
