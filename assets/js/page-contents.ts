/** The contents follow the reader: the section under the top of the window is marked, and named in the narrow bar. */
export class PageContents extends HTMLElement {
  #links = new Map<string, HTMLAnchorElement>();

  connectedCallback(): void {
    const nav = this.querySelector<HTMLElement>("nav");
    if (nav === null) return;
    for (const link of nav.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) {
      this.#links.set(decodeURIComponent(link.hash.slice(1)), link);
    }
    nav.addEventListener("click", (event) => {
      if (event.target instanceof HTMLAnchorElement && nav.matches(":popover-open")) nav.hidePopover();
    });
    this.#follow(nav);
  }

  #follow(nav: HTMLElement): void {
    const headings = [...this.#links.keys()].flatMap((id) => document.getElementById(id) ?? []);
    const here = this.querySelector(".contents-here");
    let current: HTMLAnchorElement | undefined;
    const look = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.3);
      // After a jump to a short section the next one is in view as well, but not what was asked for.
      const asked = passed.find((heading) => heading.matches(":target") && heading.getBoundingClientRect().top >= 0);
      const link = this.#links.get((asked ?? passed.at(-1))?.id ?? "");
      if (link === current) return;
      current?.removeAttribute("aria-current");
      link?.setAttribute("aria-current", "location");
      current = link;
      if (here) here.textContent = link?.textContent ?? "";
      if (link) reveal(nav, link);
    };
    // Headings cross a line at the upper third of the window; whatever is above it counts as in view, so a jump is seen too.
    const observer = new IntersectionObserver(look, { rootMargin: "1000000px 0px -70% 0px" });
    for (const heading of headings) observer.observe(heading);
  }
}

// Scrolls the list alone; scrollIntoView would move the page too.
function reveal(nav: HTMLElement, link: HTMLElement): void {
  const [list, item] = [nav.getBoundingClientRect(), link.getBoundingClientRect()];
  if (item.top < list.top) nav.scrollTop += item.top - list.top - 24;
  else if (item.bottom > list.bottom) nav.scrollTop += item.bottom - list.bottom + 24;
}
