import { make } from "./dom.ts";

/** Rows that belong to another, in its form: with a script, more than one can be added, and all are moved by buttons. */
export class InlineRows extends HTMLElement {
  #body: HTMLTableSectionElement | null = null;

  connectedCallback(): void {
    this.#body = this.querySelector("tbody");
    const blank = this.#body?.querySelector<HTMLTableRowElement>("tr.blank");
    if (!this.#body || !blank || this.querySelector(".add-row")) return;
    // Taken before the fields of the row that is shown have become something else.
    const pattern = document.createElement("template");
    pattern.innerHTML = blank.outerHTML;
    const add = make("button", { class: "button add-row", type: "button" }, "Add another");
    add.addEventListener("click", () => this.#add(pattern));
    this.append(add);
    for (const row of this.#body.rows) this.#give(row);
    this.#count();
  }

  #add(pattern: HTMLTemplateElement): void {
    const body = this.#body;
    const [row] = document.importNode(pattern.content, true).querySelectorAll("tr");
    if (!body || !row) return;
    const number = body.rows.length;
    for (const field of row.querySelectorAll("[name]")) {
      field.setAttribute("name", (field.getAttribute("name") ?? "").replace(/:\d+:/, `:${number}:`));
      if (field.id !== "") field.id = `field-${(field.getAttribute("name") ?? "").replace(/[^\w-]/g, "-")}`;
    }
    this.#give(row);
    body.append(row);
    this.#count();
    row.querySelector<HTMLElement>(".input:not([type=hidden], [name$=':place'])")?.focus();
  }

  #give(row: HTMLTableRowElement): void {
    const place = row.querySelector<HTMLInputElement>('input[name$=":place"]');
    if (place === null) return;
    place.type = "hidden";
    const up = make("button", { class: "move", type: "button", "aria-label": "Up" }, "↑");
    const down = make("button", { class: "move", type: "button", "aria-label": "Down" }, "↓");
    up.addEventListener("click", () => this.#move(row, row.previousElementSibling, up));
    down.addEventListener("click", () => this.#move(row.nextElementSibling, row, down));
    place.after(up, down);
  }

  #move(lower: Element | null, upper: Element | null, button: HTMLButtonElement): void {
    if (lower === null || upper === null) return;
    upper.before(lower);
    this.#count();
    button.focus();
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #count(): void {
    for (const [number, place] of this.querySelectorAll<HTMLInputElement>('input[name$=":place"]').entries()) {
      place.value = String(number + 1);
    }
  }
}
