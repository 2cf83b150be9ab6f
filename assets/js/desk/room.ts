import { make } from "../dom.ts";

/** A button that opens a list below it. */
export function menu(label: string, items: () => HTMLElement[]): HTMLElement {
  const button = make("button", { type: "button", class: "writing-tool", "aria-expanded": "false" }, label);
  const list = make("div", { class: "writing-menu", hidden: "" });
  const wrapper = make("div", { class: "writing-menu-of" }, button, list);
  const close = (isBack: boolean): void => {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (isBack) button.focus();
  };
  button.addEventListener("click", () => {
    if (!list.hidden) return close(false);
    list.replaceChildren(...items());
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    list.querySelector("button")?.focus();
  });
  list.addEventListener("click", () => close(false));
  wrapper.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close(true);
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || list.hidden) return;
    event.preventDefault();
    const all = [...list.querySelectorAll("button")];
    all.at((all.findIndex((each) => each === document.activeElement) + step) % all.length)?.focus();
  });
  wrapper.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !wrapper.contains(relatedTarget)) close(false);
  });
  return wrapper;
}

export function menuItem(name: string, about: string, act: () => void): HTMLElement {
  const small = about === "" ? [] : [make("small", {}, about)];
  const button = make("button", { type: "button" }, make("span", {}, name), ...small);
  button.addEventListener("click", act);
  return button;
}

const keys = [
  ["Ctrl S", "Save a version, with a note if you like"],
  ["Ctrl B", "Bold"],
  ["Ctrl I", "Italic"],
  ["Ctrl E", "Code in a line"],
  ["Ctrl K", "Link"],
  ["/", "Insert a block, at the beginning of a line"],
  ["Ctrl Space", "Offer all blocks, on an empty line"],
  ["Ctrl F", "Find and replace"],
  ["Ctrl Z", "Undo; with Shift, redo"],
  ["Tab", "Indent; Shift Tab back"],
  ["Escape, then Tab", "Leave the text for the next control"],
  ["Ctrl Shift M", "List what the linter has found; F8 the next of it"],
  ["F1", "This help"],
] as const;

/** What the keyboard does. */
export function helpDialog(): HTMLDialogElement {
  const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent);
  const rows = keys.flatMap(([key, what]) => [
    make("dt", {}, make("kbd", {}, isMac ? key.replace("Ctrl", "⌘") : key)),
    make("dd", {}, what),
  ]);
  const close = make("button", { class: "button", autofocus: "" }, "Close");
  return make(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-title" },
    make("h2", { id: "keys-title" }, "Keyboard"),
    make("dl", {}, ...rows),
    make("form", { method: "dialog" }, close),
  );
}

/** `12:03`, by the clock of who reads it; on another day with the day. */
export function clock(at: Date): string {
  const isToday = at.toDateString() === new Date().toDateString();
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return isToday ? time : `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

/** A part of the page that is always there. */
export function partOf(host: HTMLElement, selector: string): HTMLElement {
  const part = host.querySelector<HTMLElement>(selector);
  if (part === null) throw new Error(`There is no ${selector} in the writing room.`);
  return part;
}
