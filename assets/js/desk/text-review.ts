import { make } from "../dom.ts";

const gap = 12;

/**
 * A text with remarks: they stand beside their places where there is room, `n` and `p` go from one to the next, and what
 * is selected can be remarked on.
 */
export class TextReview extends HTMLElement {
  #offer: HTMLAnchorElement | undefined;
  #current: Element | null = null;

  connectedCallback(): void {
    for (const keys of document.querySelectorAll<HTMLElement>(".review-keys")) keys.hidden = this.#cards().length === 0;
    document.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("click", (event) => this.#onClick(event));
    if (this.dataset.select !== undefined) document.addEventListener("selectionchange", () => this.#onSelect());
    this.#current = this.#named()?.closest(".review-notes") ?? null;
    const wide = matchMedia("(width >= 72rem)");
    const pack = (): void => this.#pack(wide.matches);
    const watcher = new ResizeObserver(pack);
    for (const each of [this.#text(), ...this.querySelectorAll(".review-notes")]) watcher.observe(each);
    wide.addEventListener("change", pack);
    this.addEventListener("focusin", ({ target }) => {
      this.#light(target);
      this.#current = target instanceof Element ? target.closest(".review-notes") : null;
      pack();
    });
    pack();
    // The browser went there before the remarks had found their places.
    this.#named()?.scrollIntoView({ block: "center", behavior: "instant" });
    this.querySelector<HTMLElement>("#new-remark textarea")?.focus({ preventScroll: true });
  }

  // Each as high up as its place and below the one before; what somebody is at stands at its place, and others give way.
  #pack(isWide: boolean): void {
    this.toggleAttribute("data-packed", isWide);
    const origin = this.getBoundingClientRect().top;
    const all = [...this.querySelectorAll<HTMLElement>(".review-notes")].map((notes) => ({
      notes,
      wanted: (this.#placeOfNotes(notes)?.getBoundingClientRect().top ?? origin) - origin,
      height: notes.offsetHeight,
      top: 0,
    }));
    const current = all.findIndex(({ notes }) => notes === this.#current);
    let ceiling = Number.POSITIVE_INFINITY;
    for (const each of all.slice(0, current + 1).toReversed()) {
      each.wanted = Math.min(each.wanted, ceiling - each.height);
      ceiling = each.wanted - gap;
    }
    let free = 0;
    for (const [index, each] of all.entries()) {
      // Without room above it lies over those that would be in its way.
      each.top = index === current ? each.wanted : Math.max(free, each.wanted);
      each.notes.classList.toggle("current", index === current);
      each.notes.style.setProperty("--top", `${each.top}px`);
      free = each.top + each.height + gap;
    }
    this.style.setProperty("--packed", isWide ? `${free}px` : "auto");
  }

  #placeOfNotes(notes: HTMLElement): Element | null {
    const id = /^remark-(\d+)/.exec(notes.querySelector(".remark")?.id ?? "")?.[1];
    const mark = id === undefined ? null : this.querySelector(`mark[data-remarks~="${id}"]`);
    const chosen = notes.querySelector(".new") === null ? null : this.querySelector(".is-chosen > p");
    return mark ?? chosen ?? notes.parentElement?.querySelector("p") ?? null;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== "n" && event.key !== "p")) return;
    const { target } = event;
    if (target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") !== null) return;
    const cards = this.#cards();
    const at = cards.findIndex((card) => card.contains(document.activeElement));
    const next = event.key === "n" ? at + 1 : (at === -1 ? cards.length : at) - 1;
    const card = cards[(next + cards.length) % cards.length];
    if (card === undefined) return;
    event.preventDefault();
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
  }

  #onClick({ target }: MouseEvent): void {
    if (!(target instanceof Element) || document.getSelection()?.isCollapsed === false) return;
    const [id] = target.closest<HTMLElement>("mark")?.dataset.remarks?.split(" ") ?? [];
    if (id !== undefined) document.getElementById(`remark-${id}`)?.focus();
  }

  #light(target: EventTarget | null): void {
    const card = target instanceof Element ? target.closest(".remark") : null;
    const id = card?.id.replace("remark-", "") ?? "";
    for (const mark of this.querySelectorAll<HTMLElement>("mark"))
      mark.classList.toggle("current", mark.dataset.remarks?.split(" ").includes(id) === true);
  }

  #onSelect(): void {
    const selection = document.getSelection();
    const range = selection?.rangeCount ? selection.getRangeAt(0) : undefined;
    const place = range && !range.collapsed ? this.#placeOf(range) : undefined;
    if (range === undefined || place === undefined) {
      this.#offer?.remove();
      return;
    }
    this.#offer ??= make("a", { class: "button primary review-offer" }, "Remark on this");
    const query = new URLSearchParams({ number: this.dataset.number ?? "", ...place });
    if (new URLSearchParams(location.search).get("show") === "all") query.set("show", "all");
    this.#offer.href = `${this.dataset.address}?${query.toString()}#new-body`;
    const [here, there] = [this.getBoundingClientRect(), range.getBoundingClientRect()];
    this.style.setProperty("--offer-top", `${there.bottom - here.top + 6}px`);
    this.style.setProperty("--offer-start", `${Math.max(0, Math.min(there.left - here.left, here.width - 170))}px`);
    if (!this.#offer.isConnected) this.append(this.#offer);
  }

  // Characters of the source: each line says where it begins, and shows nothing but what stands there.
  #placeOf(range: Range): { startsAt: string; endsAt: string } | undefined {
    const startsAt = this.#offsetOf(range.startContainer, range.startOffset);
    const endsAt = this.#offsetOf(range.endContainer, range.endOffset);
    if (startsAt === undefined || endsAt === undefined || startsAt >= endsAt) return undefined;
    return { startsAt: String(startsAt), endsAt: String(endsAt) };
  }

  #offsetOf(node: Node, offset: number): number | undefined {
    const around = node instanceof Element ? node : node.parentElement;
    if (around === null || !this.#text().contains(around)) return undefined;
    const item = around.closest("li[id^=line-]");
    const line = item?.querySelector<HTMLElement>(":scope > p[data-at]");
    if (line === undefined || line === null) return undefined;
    const startsAt = Number(line.dataset.at);
    // A selection of whole lines ends before the number of the next one.
    if (!line.contains(node)) return startsAt;
    const before = document.createRange();
    before.setStart(line, 0);
    before.setEnd(node, offset);
    return startsAt + before.toString().length;
  }

  // What the address names.
  #named(): HTMLElement | null {
    return document.getElementById(location.hash.slice(1));
  }

  #cards(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>("article.remark")];
  }

  #text(): HTMLElement {
    return this.querySelector<HTMLElement>(".review") ?? this;
  }
}
