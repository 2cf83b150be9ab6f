const intervalMs = 15_000;

/** Keeps where a signed-in reader is in the text, so that they can go on there on another device. */
export class ReadingPosition extends HTMLElement {
  #timer: number | undefined;

  connectedCallback(): void {
    // Nothing is measured while the reader scrolls. Who does not move stays where they stopped the last time.
    addEventListener("scroll", this.#moved, { passive: true });
    addEventListener("pagehide", this.#leave);
    document.addEventListener("visibilitychange", this.#leave);
  }

  disconnectedCallback(): void {
    removeEventListener("scroll", this.#moved);
    removeEventListener("pagehide", this.#leave);
    document.removeEventListener("visibilitychange", this.#leave);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #moved = (): void => {
    this.#timer ??= window.setTimeout(() => void this.#send(), intervalMs);
  };

  #leave = (event: Event): void => {
    if (this.#timer !== undefined && (event.type === "pagehide" || document.hidden)) void this.#send();
  };

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const place = placeInText();
    if (place === undefined) return;
    const response = await fetch(this.dataset.url ?? "", {
      method: "PUT",
      // It arrives although the page goes away.
      keepalive: true,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "x-csrf-token": this.dataset.csrf ?? "",
      },
      body: JSON.stringify(place),
    }).catch(() => undefined);
    // Somebody has signed out elsewhere: what comes later would be refused too.
    if (response?.ok === false) this.disconnectedCallback();
  }
}

function placeInText(): { anchor: string; percent: number } | undefined {
  const text = document.querySelector(".prose");
  if (text === null) return undefined;
  const { top, height } = text.getBoundingClientRect();
  const passed = [...text.querySelectorAll(":scope > :is(h2, h3, h4, h5, h6)[id]")].filter(
    (heading) => heading.getBoundingClientRect().top < innerHeight * 0.3,
  );
  // After a jump to a short section the next one is in view as well, but not what was asked for.
  const asked = passed.find((heading) => heading.matches(":target") && heading.getBoundingClientRect().top >= 0);
  const percent = height === 0 ? 100 : Math.round(((innerHeight - top) / height) * 100);
  return { anchor: (asked ?? passed.at(-1))?.id ?? "", percent: Math.min(100, Math.max(0, percent)) };
}
