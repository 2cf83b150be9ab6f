// The board with a pointer and from the keyboard: a card is dragged to a stage, or moved with [ and ]; m opens its form.
class DeskBoard extends HTMLElement {
  #dragged: HTMLElement | undefined;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => this.#lift(event));
    this.addEventListener("dragend", () => this.#letGo());
    this.addEventListener("dragover", (event) => this.#allow(event));
    this.addEventListener("drop", (event) => void this.#drop(event));
    this.addEventListener("keydown", (event) => void this.#press(event));
  }

  #lift(event: DragEvent): void {
    const card = closest(event.target, ".board-card");
    if (card === undefined || event.dataTransfer === null) return;
    this.#dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector("h3")?.textContent ?? "");
    card.dataset["dragged"] = "yes";
    for (const column of this.#columns()) if (moves(card).includes(stageOf(column))) column.dataset["open"] = "yes";
  }

  #letGo(): void {
    delete this.#dragged?.dataset["dragged"];
    this.#dragged = undefined;
    for (const column of this.#columns()) delete column.dataset["open"];
  }

  #allow(event: DragEvent): void {
    const column = closest(event.target, ".board-column");
    if (this.#dragged === undefined || column?.dataset["open"] === undefined) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "move";
  }

  async #drop(event: DragEvent): Promise<void> {
    const column = closest(event.target, ".board-column");
    const card = this.#dragged;
    if (card === undefined || column === undefined) return;
    event.preventDefault();
    this.#letGo();
    await this.#move(card, column);
  }

  async #press(event: KeyboardEvent): Promise<void> {
    const card = closest(event.target, ".board-card");
    if (card === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (closest(event.target, "input, select, textarea") !== undefined) return;
    if (event.key === "m") return this.#openForm(card);
    const step = event.key === "[" ? -1 : event.key === "]" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const columns = this.#columns();
    const here = columns.findIndex((column) => column.contains(card));
    const ahead = step === 1 ? columns.slice(here + 1) : columns.slice(0, here).toReversed();
    const target = ahead.find((column) => moves(card).includes(stageOf(column)));
    if (target === undefined) say("It cannot be moved that way.");
    else await this.#move(card, target);
  }

  async #move(card: HTMLElement, column: HTMLElement): Promise<void> {
    const form = card.querySelector("form");
    const token = form?.querySelector<HTMLInputElement>('[name="csrf"]')?.value;
    if (form === null || token === undefined || column.contains(card)) return;
    const link = card.querySelector("a")?.href;
    say("Moving …");
    const response = await fetch(form.action, {
      method: "PUT",
      headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": token },
      body: JSON.stringify({ to: Number(stageOf(column)) }),
    }).catch(() => undefined);
    const answer: unknown = await response?.json().catch(() => undefined);
    if (response?.ok === true) {
      await this.#refresh();
      say(`“${card.querySelector("h3")?.textContent?.trim()}” is in ${nameOf(column)} now.`);
      const moved = [...this.querySelectorAll<HTMLAnchorElement>(".board-card h3 a")].find(({ href }) => href === link);
      moved?.focus();
      return;
    }
    say(problemOf(answer) ?? "That did not reach the site. Try again.");
    this.#openForm(card, stageOf(column));
  }

  // What else may follow, who has it and how many there are, the site knows best.
  async #refresh(): Promise<void> {
    const page = await fetch(location.href, { headers: { accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("desk-board");
    if (fresh !== null) this.replaceChildren(...fresh.childNodes);
  }

  #openForm(card: HTMLElement, stage?: string): void {
    const details = card.querySelector("details");
    const select = card.querySelector("select");
    if (details === null || select === null) return;
    details.open = true;
    if (stage === undefined) return select.focus();
    select.value = stage;
    card.querySelector<HTMLInputElement>('[name="note"]')?.focus();
  }

  #columns(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".board-column")];
  }
}

function closest(target: EventTarget | null, selector: string): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>(selector) ?? undefined) : undefined;
}

function moves(card: HTMLElement): string[] {
  return (card.dataset["moves"] ?? "").split(" ");
}

function stageOf(column: HTMLElement): string {
  return column.dataset["stage"] ?? "";
}

function nameOf(column: HTMLElement): string {
  return column.dataset["name"] ?? "";
}

function say(words: string): void {
  const status = document.querySelector(".board-said");
  if (status !== null) status.textContent = words;
}

function problemOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("problem" in answer)) return undefined;
  return typeof answer.problem === "string" ? answer.problem : undefined;
}

customElements.define("desk-board", DeskBoard);
