import { keep } from "./dom.ts";

const order = ["system", "light", "dark"];

/** Steps from the system's theme to light, to dark and back; the choice is kept on this device. */
export class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.#label();
    this.addEventListener("click", () => {
      const theme = order[(order.indexOf(current()) + 1) % order.length] ?? "system";
      if (theme === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      keep("theme", theme === "system" ? null : theme);
      this.#label();
    });
  }

  #label(): void {
    const label = `Theme: ${current()}`;
    const button = this.querySelector("button");
    button?.setAttribute("aria-label", label);
    button?.setAttribute("title", label);
    paintBrowser();
  }
}

function current(): string {
  return document.documentElement.dataset.theme ?? "system";
}

// The browser's own bar follows the switch: both of its colours become the chosen one.
function paintBrowser(): void {
  const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
  for (const meta of metas) {
    meta.dataset.own ??= meta.content;
    const chosen = metas.find((other) => other.media.includes(current()));
    meta.content = (chosen ?? meta).dataset.own ?? meta.content;
  }
}
