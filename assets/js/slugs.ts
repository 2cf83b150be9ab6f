import { slugify } from "#lib/url.ts";

/** Fields that are made from another one while that is typed, until somebody fills them in by hand. */
export function fillSlugs(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-made-from]")) {
    const source = document.querySelector<HTMLInputElement>(`#${field.dataset.madeFrom}`);
    if (source === null || field.value !== "") continue;
    const around = field.dataset.around ?? "";
    let isByHand = false;
    field.addEventListener("input", () => (isByHand = field.value !== ""));
    source.addEventListener("input", () => {
      const slug = slugify(source.value);
      if (!isByHand) field.value = slug === "" ? "" : around + slug + around;
    });
  }
}
