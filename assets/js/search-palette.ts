import { keep, make, recall } from "./dom.ts";
import { fetchResults, type Answer, type Result } from "./search-results.ts";
import { piecesOf } from "./marked.ts";

/** The header's search link opens a palette: `/` or Ctrl-K, arrows, Enter. Without it the link leads to the search page. */
export class SearchPalette extends HTMLElement {
  #link: HTMLAnchorElement | null = null;
  #dialog: HTMLDialogElement | undefined;
  #input = make("input", {
    type: "search",
    role: "combobox",
    placeholder: "Search",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": "Search",
    "aria-expanded": "false",
    "aria-controls": "site-results",
    "aria-autocomplete": "list",
  });
  #results = make("div", { class: "palette-results", id: "site-results", role: "listbox", "aria-label": "Results" });
  #status = make("p", { class: "palette-status", role: "status" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;
  /** The address that was chosen by arrows since the palette was opened, or the last letter typed. */
  #chosen: string | undefined;

  connectedCallback(): void {
    this.#link = this.querySelector("a");
    this.#link?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open();
    });
    document.addEventListener("keydown", (event) => {
      const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
      const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if ((!isSlash && !isK) || this.#dialog?.open) return;
      event.preventDefault();
      this.#open();
    });
  }

  #open(): void {
    this.#dialog ??= this.#build();
    this.#dialog.showModal();
    this.#input.value = recall("search") ?? "";
    this.#input.select();
    this.#chosen = undefined;
    void this.#search();
  }

  #build(): HTMLDialogElement {
    const close = make("button", { class: "quiet-button", type: "button" }, make("kbd", {}, "Esc"));
    close.setAttribute("aria-label", "Esc, close search");
    const form = make("form", { role: "search", action: this.#link?.href ?? "" }, this.#input, close);
    const dialog = make("dialog", { class: "palette", "aria-label": "Search" }, form, this.#results, this.#status);
    this.#input.name = "q";
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    this.#input.addEventListener("input", () => {
      this.#chosen = undefined;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#search(), 120);
    });
    this.#input.addEventListener("keydown", (event) => this.#move(event));
    this.#results.addEventListener("pointermove", (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role="option"]') : null;
      if (option) this.#select(option);
    });
    document.body.append(dialog);
    return dialog;
  }

  async #search(): Promise<void> {
    const query = this.#input.value.trim();
    keep("search", query);
    this.#request?.abort();
    if (query === "") return this.#show(undefined, "Titles, text and code. Enter opens, arrows move.");
    const request = (this.#request = new AbortController());
    try {
      const answer = await fetchResults(new URL("api/v1/", this.#link?.href), query, request.signal);
      if (!request.signal.aborted) this.#show(answer, sentence(answer, query));
    } catch {
      if (!request.signal.aborted) this.#show(undefined, "Search does not answer. Enter tries the search page.");
    }
  }

  #show(answer: Answer | undefined, status: string): void {
    const groups = Map.groupBy(answer?.results ?? [], (result) => result.kindLabel);
    let index = 0;
    const markup = [...groups].map(([kind, results]) =>
      make(
        "div",
        { role: "group", "aria-label": kind },
        make("div", { class: "palette-kind", "aria-hidden": "true" }, kind),
        ...results.map((result) => option(result, index++)),
      ),
    );
    this.#results.replaceChildren(...markup);
    this.#results.scrollTop = 0;
    this.#input.setAttribute("aria-expanded", String(index > 0));
    this.#status.textContent = status;
    const options = [...this.#results.querySelectorAll<HTMLAnchorElement>('[role="option"]')];
    // What a reader has chosen meanwhile stays chosen.
    this.#select(options.find(({ href }) => href === this.#chosen) ?? options[0] ?? null);
  }

  #select(option: Element | null): void {
    for (const other of this.#results.querySelectorAll('[aria-selected="true"]')) {
      other.setAttribute("aria-selected", "false");
    }
    option?.setAttribute("aria-selected", "true");
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #move(event: KeyboardEvent): void {
    const options = [...this.#results.querySelectorAll<HTMLAnchorElement>('[role="option"]')];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const selected = options[at];
    if (event.isComposing) return;
    // In a search field Escape would empty it first.
    if (event.key === "Escape") this.#dialog?.close();
    if (event.key === "Enter" && selected) {
      event.preventDefault();
      this.#dialog?.close();
      location.assign(selected.href);
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || options.length === 0) return;
    event.preventDefault();
    const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length] ?? null;
    this.#select(next);
    this.#chosen = next?.href;
    next?.scrollIntoView({ block: "nearest" });
  }
}

function option(result: Result, index: number): HTMLAnchorElement {
  const title = make("span", {}, result.title);
  if (result.section) title.append(" ", make("span", {}, `› ${result.section}`));
  const snippet = make(
    "span",
    {},
    ...piecesOf(result.snippet).map((piece) => (piece.isMatch ? make("mark", {}, piece.text) : piece.text)),
  );
  const attributes = {
    role: "option",
    id: `site-result${index}`,
    href: result.url,
    tabindex: "-1",
    "aria-selected": "false",
  };
  return make("a", attributes, title, snippet);
}

function sentence(answer: Answer, query: string): string {
  const count = answer.results.length;
  if (count > 0) return count === 1 ? "One result." : `${count} results.`;
  return `Nothing found for “${query}”.${answer.suggestion ? ` Did you mean “${answer.suggestion}”?` : ""}`;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
