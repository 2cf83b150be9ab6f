import { keep, make, recall } from "./dom.ts";

interface Tab {
  button: HTMLButtonElement;
  panel: HTMLElement;
  name: string;
}

let count = 0;

/** Makes tabs of stacked sections. The choice is kept, and all sets of the page with such a tab follow it. */
export class TabSet extends HTMLElement {
  #tabs: Tab[] = [];

  connectedCallback(): void {
    if (this.#tabs.length > 0) return;
    const list = make("div", { class: "tab-list", role: "tablist" });
    for (const panel of this.querySelectorAll<HTMLElement>(":scope > .tab")) list.append(this.#add(panel));
    this.prepend(list);
    list.addEventListener("keydown", (event) => this.#move(event));
    this.#show(this.#find(recall("tab")) ?? this.#tabs[0]);
  }

  /** Shows the tab of this name if there is one. */
  follow(name: string): void {
    const tab = this.#find(name);
    if (tab) this.#show(tab);
  }

  #add(panel: HTMLElement): HTMLButtonElement {
    const id = `site-tab${++count}`;
    const name = panel.querySelector(":scope > .tab-title")?.textContent ?? panel.getAttribute("aria-label") ?? "";
    const button = make("button", { type: "button", role: "tab", id }, name);
    panel.id ||= `${id}-panel`;
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.removeAttribute("aria-label");
    panel.setAttribute("aria-labelledby", id);
    button.addEventListener("click", () => this.#choose(name));
    this.#tabs.push({ button, panel, name });
    return button;
  }

  #choose(name: string): void {
    const before = this.getBoundingClientRect().top;
    keep("tab", name);
    for (const set of document.querySelectorAll<TabSet>("tab-set")) set.follow(name);
    // Sets further up may have changed their height: the one in use stays under the finger.
    scrollBy({ top: this.getBoundingClientRect().top - before, behavior: "instant" });
  }

  #find(name: string | null): Tab | undefined {
    return this.#tabs.find((tab) => tab.name === name);
  }

  #show(chosen: Tab | undefined): void {
    for (const tab of this.#tabs) {
      tab.button.setAttribute("aria-selected", String(tab === chosen));
      tab.button.tabIndex = tab === chosen ? 0 : -1;
      tab.panel.hidden = tab !== chosen;
    }
  }

  #move(event: KeyboardEvent): void {
    const at = this.#tabs.findIndex((tab) => tab.button === document.activeElement);
    const last = this.#tabs.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const tab = this.#tabs[steps[event.key] ?? -1];
    if (!tab) return;
    event.preventDefault();
    tab.button.focus();
    this.#choose(tab.name);
  }
}
