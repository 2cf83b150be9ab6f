/** Makes an element with attributes and children; text is never read as markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What was kept on this device, or null: storage may be full, or closed to us. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a choice on this device if that is possible; null forgets it. */
export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The choice holds for this page.
  }
}

/** Copies text and says so in the button itself for two seconds. */
export async function copyFrom(button: HTMLButtonElement, text: string): Promise<void> {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = await navigator.clipboard.writeText(text).then(
    () => "Copied",
    () => "Not copied",
  );
  setTimeout(() => (button.textContent = label), 2000);
}
