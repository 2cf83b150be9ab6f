import { make } from "./dom.ts";

interface Choice {
  value: string;
  title: string;
}

let made = 0;

/**
 * A field with the number of a row of another table, or a list of some of them: with a script, it is searched for by
 * name. Says that something was `chosen`.
 */
export class RelationField extends HTMLElement {
  #value: HTMLInputElement | null = null;
  /** What can be chosen beside rows. */
  #fixed: Choice[] = [];
  #list = make("div", { class: "relation-list", role: "listbox", hidden: "" });
  #input = make("input", {
    class: "input",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
  });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;
  #title = "";

  connectedCallback(): void {
    if (this.#value !== null) return;
    const value = this.querySelector("input") ?? this.#takeOver(this.querySelector("select"));
    if (value === null) return;
    this.#value = value;
    const id = `relation-${(made += 1)}`;
    const [name, label] = [value.id, this.dataset.label ?? ""];
    this.#title = value.value === "" ? "" : (this.dataset.title ?? value.value);
    this.#input.value = this.#title;
    this.#input.id = name;
    this.#input.setAttribute("aria-controls", id);
    if (value.dataset.set !== undefined) this.#input.dataset.set = "";
    for (const attribute of ["aria-label", "aria-describedby", "aria-invalid"]) {
      const said = value.getAttribute(attribute);
      if (said !== null) this.#input.setAttribute(attribute, said);
    }
    this.#input.placeholder = this.dataset.hint ?? "Search by name";
    this.#list.id = id;
    this.#list.setAttribute("aria-label", label);
    value.removeAttribute("id");
    value.type = "hidden";
    this.replaceChildren(value, this.#input, this.#list);
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#search(), 120);
    });
    this.#input.addEventListener("keydown", (event) => this.#move(event));
    this.#input.addEventListener("focus", () => this.#input.select());
    this.#input.addEventListener("blur", () => this.#leave());
    this.#list.addEventListener("pointerdown", (event) => {
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="option"]') : null;
      event.preventDefault();
      if (option) this.#choose(option);
    });
  }

  #takeOver(select: HTMLSelectElement | null): HTMLInputElement | null {
    if (select === null) return null;
    const value = make("input", { name: select.name, value: select.value, "aria-label": select.ariaLabel ?? "" });
    if (select.value !== "") {
      value.dataset.set = "";
      this.dataset.title = select.selectedOptions[0]?.text.trim() ?? "";
    }
    this.#fixed = [...select.options]
      .filter(({ dataset }) => dataset.fixed !== undefined)
      .map((option) => ({ value: option.value, title: option.text.trim() }));
    return value;
  }

  async #search(): Promise<void> {
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    try {
      const address = `${this.dataset.choices}?${new URLSearchParams({ q: this.#input.value.trim() })}`;
      const answer = await fetch(address, { headers: { accept: "application/json" }, signal: request.signal });
      const found: Choice[] = answer.ok ? await answer.json() : [];
      const rows = found.map(({ value, title }) => ({ value: (this.dataset.prefix ?? "") + value, title }));
      this.#show([...(this.#input.value.trim() === "" ? this.#fixed : []), ...rows]);
    } catch {
      if (!request.signal.aborted) this.#close();
    }
  }

  #show(choices: readonly Choice[]): void {
    const options = choices.map(({ value, title }, number) =>
      make(
        "div",
        { role: "option", id: `${this.#list.id}-${number}`, "data-value": value, "aria-selected": "false" },
        title,
      ),
    );
    const nothing = make("p", { class: "soft" }, "Nothing is called so.");
    this.#list.replaceChildren(...(options.length === 0 ? [nothing] : options));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#select(options[0]);
  }

  #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('[role="option"]')];
  }

  #select(option: HTMLElement | undefined): void {
    for (const each of this.#options()) each.setAttribute("aria-selected", String(each === option));
    if (option === undefined) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  }

  #move(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    const options = this.#options();
    const place = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (this.#list.hidden) void this.#search();
      else if (options.length > 0) this.#select(options[(place + step + options.length) % options.length]);
    } else if (event.key === "Enter" && !this.#list.hidden && options[place] !== undefined) {
      event.preventDefault();
      this.#choose(options[place]);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      this.#leave();
    }
  }

  #choose(option: HTMLElement): void {
    this.#set(option.dataset.value ?? "", option.textContent);
    this.#close();
  }

  // What was typed and not chosen says nothing; an empty field means none.
  #leave(): void {
    if (this.#input.value.trim() === "") this.#set("", "");
    else this.#input.value = this.#title;
    this.#close();
  }

  #set(value: string, title: string): void {
    if (this.#value === null) return;
    const isOther = this.#value.value !== value;
    this.#title = this.#input.value = title;
    this.#value.value = value;
    this.#value.dispatchEvent(new Event("input", { bubbles: true }));
    if (isOther) this.dispatchEvent(new CustomEvent("chosen"));
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }
}
