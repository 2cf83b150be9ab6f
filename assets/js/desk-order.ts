// A list whose rows are dragged into another order: their numbers follow, and the form sends them as it would without.
class OrderList extends HTMLElement {
  #dragged: HTMLElement | undefined;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => {
      this.#dragged = rowOf(event.target);
      event.dataTransfer?.setData("text/plain", this.#dragged?.textContent?.trim() ?? "");
    });
    this.addEventListener("dragover", (event) => {
      const row = rowOf(event.target);
      if (this.#dragged === undefined || row === undefined || !this.contains(row)) return;
      event.preventDefault();
      if (row === this.#dragged) return;
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) row.before(this.#dragged);
      else row.after(this.#dragged);
    });
    this.addEventListener("drop", (event) => event.preventDefault());
    this.addEventListener("dragend", () => {
      this.#dragged = undefined;
      for (const [index, place] of this.querySelectorAll<HTMLInputElement>('[name="place[]"]').entries())
        place.value = String(index + 1);
    });
  }
}

function rowOf(target: EventTarget | null): HTMLElement | undefined {
  return target instanceof Element ? (target.closest("li") ?? undefined) : undefined;
}

customElements.define("order-list", OrderList);
