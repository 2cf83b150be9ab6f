import { copyFrom, keep, make } from "./dom.ts";

const root = document.documentElement.dataset;
const toggles = new Set<HTMLButtonElement>();

/** A block of code gets a copy button, unless it is mere output, a session also a switch that hides prompts and output on the whole site. */
export class CodeBlock extends HTMLElement {
  connectedCallback(): void {
    const bar = this.querySelector(".code-bar");
    const body = this.querySelector<HTMLElement>(".code-body");
    if (bar === null || body === null || bar.querySelector(".code-tools") !== null) return;
    this.#watchEdge(body);
    if (this.matches(".output")) return;
    const tools = make("span", { class: "code-tools" });
    if (this.hasAttribute("data-session")) tools.append(promptToggle());
    const copy = make("button", { class: "quiet-button", type: "button", "aria-live": "polite" }, "Copy");
    copy.addEventListener("click", () => void copyFrom(copy, codeOf(body, this.hasAttribute("data-session"))));
    tools.append(copy);
    bar.append(tools);
  }

  // A fade at the right edge says that there is more.
  #watchEdge(body: HTMLElement): void {
    const look = () =>
      this.toggleAttribute("data-more", body.scrollWidth - body.clientWidth - Math.abs(body.scrollLeft) > 4);
    body.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(body);
  }
}

function promptToggle(): HTMLButtonElement {
  const button = make("button", { class: "quiet-button", type: "button" });
  button.addEventListener("click", () => {
    const hide = root.prompts !== "hidden";
    if (hide) root.prompts = "hidden";
    else delete root.prompts;
    keep("prompts", hide ? "hidden" : null);
    for (const toggle of toggles) label(toggle);
  });
  toggles.add(button);
  label(button);
  return button;
}

function label(toggle: HTMLButtonElement): void {
  toggle.textContent = root.prompts === "hidden" ? "Show prompts" : "Hide prompts";
  toggle.title = `${toggle.textContent} and output`;
}

// What is pasted should run: of a session only what was typed, without prompts, of a change only what remains.
function codeOf(body: HTMLElement, isSession: boolean): string {
  const lines = [...body.querySelectorAll(".line")].filter((line) => !line.matches(".del"));
  const typed = isSession ? lines.filter((line) => !line.matches(".output")) : lines;
  return typed.map(textOf).join("\n").trimEnd();
}

function textOf(line: Element): string {
  const copy = make("span");
  copy.append(...[...line.childNodes].map((node) => node.cloneNode(true)));
  for (const prompt of copy.querySelectorAll(".prompt")) prompt.remove();
  return copy.textContent;
}
