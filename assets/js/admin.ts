import { AdminPalette } from "./admin-palette.ts";
import { InlineRows } from "./inline-rows.ts";
import { RelationField } from "./relation-field.ts";
import { useKeys } from "./admin-keys.ts";
import { fillSlugs } from "./slugs.ts";

customElements.define("relation-field", RelationField);
customElements.define("inline-rows", InlineRows);

const page = document.querySelector<HTMLElement>(".admin");
const palette = new AdminPalette(page?.dataset.search ?? "");
useKeys(palette);
fillSlugs();

// What narrows a list does so at once.
for (const form of document.querySelectorAll<HTMLFormElement>("form.admin-filters")) {
  for (const select of form.querySelectorAll("select")) select.addEventListener("change", () => form.requestSubmit());
  for (const field of form.querySelectorAll("relation-field"))
    field.addEventListener("chosen", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll<HTMLSelectElement | HTMLInputElement>("select, input")) {
      if (field.value === "") field.disabled = true;
    }
  });
}

// One box for all rows of a page, and how many are chosen.
for (const form of document.querySelectorAll<HTMLFormElement>("form.admin-rows")) {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="key[]"]')];
  const head = form.querySelector("thead .pick");
  if (head === null || boxes.length === 0) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Choose all rows of this page");
  head.replaceChildren(all);
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  });
}

// Whoever leaves a form that was filled in is asked first.
const filledIn = document.querySelector<HTMLFormElement>("form.admin-form");
if (filledIn !== null) {
  let isChanged = false;
  filledIn.addEventListener("input", () => (isChanged = true));
  filledIn.addEventListener("submit", () => (isChanged = false));
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}
