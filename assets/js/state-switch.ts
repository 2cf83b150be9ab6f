/** Two forms, of which one is shown: what one makes the other removes. Sent without leaving the page. */
export class StateSwitch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      if (!(event.target instanceof HTMLFormElement)) return;
      event.preventDefault();
      void this.#send(event.target);
    });
  }

  async #send(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector("button");
    if (button?.getAttribute("aria-busy") === "true") return;
    button?.setAttribute("aria-busy", "true");
    const fields = [...new FormData(form)].filter((field): field is [string, string] => typeof field[1] === "string");
    const response = await fetch(form.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(fields),
    }).catch(() => undefined);
    button?.removeAttribute("aria-busy");
    // Whatever went wrong, the page that the form leads to says it in words.
    if (response?.ok !== true) return form.submit();
    for (const side of this.children) side.toggleAttribute("hidden");
    this.querySelector<HTMLButtonElement>(":scope > :not([hidden]) button")?.focus();
  }
}
