import { make } from "./dom.ts";

/** Opens a figure over the page at full size; Escape, the button or a click leaves. Pictures shown whole are left alone. */
export class ZoomImage extends HTMLElement {
  connectedCallback(): void {
    const image = this.querySelector("img");
    if (image === null || this.querySelector(".zoom-open") !== null) return;
    const label = image.alt === "" ? "Enlarge the picture" : `Enlarge: ${image.alt}`;
    const open = make("button", { class: "zoom-open", type: "button", "aria-label": label });
    open.addEventListener("click", () => this.#open(image));
    this.append(open);
  }

  #open(image: HTMLImageElement): void {
    const picture = (image.closest("picture") ?? image).cloneNode(true);
    const close = make("button", { class: "button zoom-close", type: "button" }, "Close");
    const dialog = make("dialog", { class: "zoom", "aria-label": image.alt || "Picture" }, picture, close);
    for (const source of dialog.querySelectorAll("source, img")) source.setAttribute("sizes", "100vw");
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    this.append(dialog);
    dialog.showModal();
  }
}
