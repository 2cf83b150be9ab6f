import { make } from "./dom.ts";

interface Hit {
  kind: string;
  title: string;
  href: string;
}

/** Ctrl-K: a search over all tables that opens what it finds. */
export class AdminPalette {
  #address: string;
  #dialog: HTMLDialogElement | undefined;
  #input = make("input", {
    type: "search",
    name: "q",
    role: "combobox",
    placeholder: "Search all tables",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": "Search all tables",
    "aria-expanded": "false",
    "aria-controls": "admin-hits",
    "aria-autocomplete": "list",
  });
  #results = make("div", { class: "palette-results", id: "admin-hits", role: "listbox", "aria-label": "Found" });
  #status = make("p", { class: "palette-status", role: "status" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  open(): void {
    this.#dialog ??= this.#build();
    this.#dialog.showModal();
    this.#input.select();
    void this.#search();
  }

  #build(): HTMLDialogElement {
    const close = make("button", { class: "quiet-button", type: "button" }, make("kbd", {}, "Esc"));
    close.setAttribute("aria-label", "Esc, close search");
    const form = make("form", { role: "search", action: this.#address }, this.#input, close);
    const dialog = make(
      "dialog",
      { class: "palette", "aria-label": "Search all tables" },
      form,
      this.#results,
      this.#status,
    );
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#search(), 120);
    });
    this.#input.addEventListener("keydown", (event) => this.#move(event));
    document.body.append(dialog);
    return dialog;
  }

  async #search(): Promise<void> {
    const q = this.#input.value.trim();
    this.#request?.abort();
    if (q === "") return this.#show([], "Titles, names and addresses. Enter opens, arrows move.");
    const request = (this.#request = new AbortController());
    try {
      const address = `${this.#address}?${new URLSearchParams({ q })}`;
      const answer = await fetch(address, { headers: { accept: "application/json" }, signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const hits: Hit[] = await answer.json();
      this.#show(hits, hits.length === 0 ? "Nothing is called so." : `${hits.length} found.`);
    } catch {
      if (!request.signal.aborted) this.#show([], "Search does not answer. Enter tries the search page.");
    }
  }

  #show(hits: readonly Hit[], status: string): void {
    let number = 0;
    const groups = [...Map.groupBy(hits, ({ kind }) => kind)].map(([kind, found]) => {
      const options = found.map(({ title, href }) =>
        make(
          "a",
          { role: "option", id: `admin-hit-${number++}`, href, tabindex: "-1", "aria-selected": "false" },
          title,
        ),
      );
      const name = make("p", { class: "palette-kind", "aria-hidden": "true" }, kind);
      return make("div", { role: "group", "aria-label": kind }, name, ...options);
    });
    this.#results.replaceChildren(...groups);
    this.#input.setAttribute("aria-expanded", String(hits.length > 0));
    this.#status.textContent = status;
    this.#select(this.#options()[0]);
  }

  #options(): HTMLAnchorElement[] {
    return [...this.#results.querySelectorAll<HTMLAnchorElement>('[role="option"]')];
  }

  #select(option: HTMLAnchorElement | undefined): void {
    for (const each of this.#options()) each.setAttribute("aria-selected", String(each === option));
    if (option === undefined) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  }

  #move(event: KeyboardEvent): void {
    const options = this.#options();
    const place = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && options.length > 0) {
      event.preventDefault();
      this.#select(options[(place + step + options.length) % options.length]);
    } else if (event.key === "Enter" && options[place] !== undefined) {
      event.preventDefault();
      location.assign(options[place].href);
    }
  }
}
