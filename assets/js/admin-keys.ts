import type { AdminPalette } from "./admin-palette.ts";

/**
 * The keys of the admin: Ctrl-K searches everything, `/` this list, `j` and `k` go from row to row, `x` chooses one, Enter
 * opens it, Ctrl-Enter saves. The site's own search, which listens to some of them, is not asked here.
 */
export function useKeys(palette: AdminPalette): void {
  document.addEventListener("keydown", (event) => handle(event, palette), { capture: true });
}

function handle(event: KeyboardEvent, palette: AdminPalette): void {
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key.toLowerCase() === "k" && !event.shiftKey) return take(event, () => palette.open());
  if (isCommand && event.key === "Enter") {
    const form = document.querySelector<HTMLFormElement>("form.admin-form");
    if (form !== null) take(event, () => form.requestSubmit());
    return;
  }
  if (isCommand || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
  if (event.key === "/") return take(event, focusSearch(palette));
  if (event.key === "j") return take(event, () => move(1));
  if (event.key === "k") return take(event, () => move(-1));
  if (event.key === "x") return take(event, choose);
}

function take(event: KeyboardEvent, work: () => void): void {
  event.preventDefault();
  event.stopImmediatePropagation();
  work();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"))
  );
}

function focusSearch(palette: AdminPalette): () => void {
  const input = document.querySelector<HTMLInputElement>(".admin-filters input[type=search]");
  return () => (input === null ? palette.open() : input.select());
}

function move(step: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a.row-link")];
  const row = document.activeElement?.closest("tr");
  const place = links.findIndex((link) => link.closest("tr") === row);
  const next = links[place === -1 ? 0 : Math.min(links.length - 1, Math.max(0, place + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function choose(): void {
  document.activeElement?.closest("tr")?.querySelector<HTMLInputElement>('input[name="key[]"]')?.click();
}
