import { make } from "../dom.ts";

/** Asks what to say of a version: nothing is a fine answer. */
export class SaveDialog {
  readonly #dialog: HTMLDialogElement;
  readonly #error = make("p", { class: "field-error", role: "alert" });
  readonly #submit = make("button", { type: "button", class: "button primary" }, "Save version");
  readonly #fields: HTMLInputElement[];
  readonly #save: (note: string, name: string) => Promise<string | undefined>;

  constructor(form: HTMLFormElement, save: (note: string, name: string) => Promise<string | undefined>) {
    this.#save = save;
    const fields = form.querySelector<HTMLElement>(".version-fields") ?? make("div");
    this.#fields = [...fields.querySelectorAll("input")];
    const cancel = make("button", { type: "button", class: "button" }, "Cancel");
    cancel.addEventListener("click", () => this.#dialog.close());
    this.#submit.addEventListener("click", () => void this.#send());
    this.#dialog = make(
      "dialog",
      { class: "save-version", "aria-labelledby": "save-title" },
      make("h2", { id: "save-title" }, "Save version"),
      fields,
      this.#error,
      make("div", { class: "merge-ways" }, this.#submit, cancel),
    );
    this.#dialog.addEventListener("keydown", (event) => {
      const isAgain = event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey);
      const isEnter = event.key === "Enter" && event.target instanceof HTMLInputElement;
      if (!isAgain && !isEnter) return;
      event.preventDefault();
      event.stopPropagation();
      void this.#send();
    });
    form.append(this.#dialog);
  }

  open(): void {
    if (this.#dialog.open) return;
    this.#error.textContent = "";
    this.#dialog.showModal();
    this.#fields[0]?.focus();
  }

  async #send(): Promise<void> {
    if (this.#submit.getAttribute("aria-busy") === "true") return;
    this.#submit.setAttribute("aria-busy", "true");
    const [note = "", name = ""] = this.#fields.map(({ value }) => value);
    const problem = await this.#save(note, name);
    this.#submit.removeAttribute("aria-busy");
    this.#error.textContent = problem ?? "";
    if (problem !== undefined) return;
    for (const field of this.#fields) field.value = "";
    this.#dialog.close();
  }
}
