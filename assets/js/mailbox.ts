/** A list of mail that looks every two seconds whether there is more, while somebody watches. */
class MailBox extends HTMLElement {
  #timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    this.#timer = setInterval(() => void this.#look(), 2000);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (document.hidden) return;
    try {
      const newest = await (await fetch("/dev/mail/newest", { cache: "no-store" })).text();
      if (newest === this.getAttribute("newest")) return;
      const page = await (await fetch(location.href, { cache: "no-store" })).text();
      const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("mail-box");
      if (fresh === null) return;
      this.setAttribute("newest", fresh.getAttribute("newest") ?? newest);
      this.replaceChildren(...fresh.childNodes);
    } catch {
      // The site is starting: look again.
    }
  }
}

customElements.define("mail-box", MailBox);
