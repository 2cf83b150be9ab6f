import { copyFrom } from "./dom.ts";

/** A button that copies the address of the page. */
export class CopyLink extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    button?.addEventListener("click", () => void copyFrom(button, this.dataset.url ?? location.href));
  }
}
