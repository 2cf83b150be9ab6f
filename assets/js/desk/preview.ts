import type { Text } from "#lib/merge.ts";
import type { Requests } from "./requests.ts";

/** So long after the last word the page is made anew. */
const restMs = 300;

/** The page of a text beside its editor: made by the site, shown where no script runs, and kept at its place. */
export class Preview {
  readonly #frame: HTMLIFrameElement;
  readonly #requests: Requests;
  readonly #status: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #shown = "";
  #line = 0;
  /** Called with a line of the source when its place in the page is pressed. */
  pressed: (line: number) => void = () => undefined;

  constructor(frame: HTMLIFrameElement, status: HTMLElement, requests: Requests) {
    this.#frame = frame;
    this.#status = status;
    this.#requests = requests;
  }

  /** Shows this text once nothing more has come for a moment. */
  show(text: Text, ms = restMs): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#show(text), ms);
  }

  /** Brings the place that a line of the source has become to the top; the head of the page for line 0. */
  scrollTo(line: number): void {
    this.#line = line;
    const page = this.#frame.contentDocument;
    if (page === null) return;
    const top = placeOf(page, line);
    if (top !== undefined) page.defaultView?.scrollTo({ top: Math.max(0, top - 24), behavior: "instant" });
  }

  async #show(text: Text): Promise<void> {
    if (this.#frame.offsetParent === null) return;
    const key = JSON.stringify(text);
    if (key === this.#shown) return;
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const html = await this.#requests.preview(text, asking.signal);
    if (asking.signal.aborted) return;
    this.#status.hidden = html !== undefined;
    if (html === undefined) return;
    this.#shown = key;
    this.#draw(new DOMParser().parseFromString(html, "text/html"));
  }

  #draw(fresh: Document): void {
    // The room has a head of its own, and scripts would not run.
    for (const element of fresh.querySelectorAll("script, .skip, .head, .foot, .banner")) element.remove();
    // What is on another page would leave the frame empty, as no page of ours may stand in one.
    const { theme } = document.documentElement.dataset;
    if (theme !== undefined) fresh.documentElement.dataset.theme = theme;
    const page = this.#frame.contentDocument;
    if (page?.querySelector("main") && page.head.childElementCount > 0) {
      const top = page.defaultView?.scrollY ?? 0;
      page.body.replaceWith(page.adoptNode(fresh.body));
      page.defaultView?.scrollTo({ top, behavior: "instant" });
      return;
    }
    this.#frame.addEventListener("load", () => this.#settle(), { once: true });
    this.#frame.srcdoc = `<!DOCTYPE html>${fresh.documentElement.outerHTML}`;
  }

  #settle(): void {
    const page = this.#frame.contentDocument;
    page?.addEventListener("submit", (event) => event.preventDefault());
    page?.addEventListener("click", (event) => {
      const target = event.target;
      // An element of the frame is none of this window's.
      if (target === null || !("closest" in target) || typeof target.closest !== "function") return;
      const link: unknown = target.closest("a");
      if (link !== null) return this.#follow(event, link);
      const block: unknown = target.closest("[data-line]");
      if (isElement(block)) this.pressed(Number(block.getAttribute("data-line")));
    });
    this.scrollTo(this.#line);
  }

  #follow(event: Event, link: unknown): void {
    event.preventDefault();
    if (!isElement(link)) return;
    const href = link.getAttribute("href") ?? "";
    if (href.startsWith("#")) {
      this.#frame.contentDocument?.getElementById(decodeURIComponent(href.slice(1)))?.scrollIntoView();
    } else if (/^(https?:)?\//.test(href)) open(href, "_blank", "noopener");
  }
}

function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && "getAttribute" in value;
}

/** How far down a line of the source is, in a page whose blocks say where they begin. Between two of them it is guessed. */
function placeOf(page: Document, line: number): number | undefined {
  const scrolled = page.defaultView?.scrollY ?? 0;
  let before: Element | undefined;
  let after: Element | undefined;
  for (const block of page.querySelectorAll("[data-line]")) {
    if (Number(block.getAttribute("data-line")) <= line) before = block;
    else {
      after = block;
      break;
    }
  }
  if (before === undefined) return 0;
  const start = Number(before.getAttribute("data-line"));
  const top = before.getBoundingClientRect().top + scrolled;
  const bottom =
    after === undefined
      ? before.getBoundingClientRect().bottom + scrolled
      : after.getBoundingClientRect().top + scrolled;
  const end = after === undefined ? Math.max(line, start) + 1 : Number(after.getAttribute("data-line"));
  return top + ((bottom - top) * (line - start)) / Math.max(1, end - start);
}
