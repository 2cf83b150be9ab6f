import { make } from "./dom.ts";

type Measure = (password: string, own: readonly string[]) => number;

/** Lets a password be seen while it is typed; one with `data-new` also says how hard it is to guess. Nothing is sent. */
class PasswordField extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector("input");
    if (input === null || this.querySelector(".password-show") !== null) return;
    this.#offerToShow(input);
    if (this.dataset.new !== undefined) this.#measure(input);
  }

  #offerToShow(input: HTMLInputElement): void {
    const button = make("button", { class: "password-show", type: "button", "aria-pressed": "false" }, "Show");
    button.setAttribute("aria-label", "Show password");
    const show = (isShown: boolean) => {
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // What is sent as text is remembered by browsers, and offered to whoever comes next.
    input.form?.addEventListener("submit", () => show(false));
    const box = make("div", { class: "password-box" });
    const hasFocus = document.activeElement === input || (input.autofocus && document.activeElement === document.body);
    input.replaceWith(box);
    box.append(input, button);
    // Whatever is moved loses the focus, and what the page had in store for it.
    if (hasFocus) input.focus();
  }

  #measure(input: HTMLInputElement): void {
    const words = make("p", { class: "strength-words", role: "status" });
    const strength = make("div", { class: "strength", hidden: "" }, make("div", { class: "strength-bar" }), words);
    (input.closest(".password-box") ?? input).after(strength);
    let measure: Measure | undefined;
    const say = () => {
      const score = scoreOf(input.value, measure?.(input.value, neighboursOf(input)));
      strength.hidden = input.value === "" || score === undefined;
      strength.dataset.score = String(score ?? "");
      words.textContent = sentences[score ?? 0] ?? "";
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(say, 200);
    });
    // The list of common passwords is large, and most visitors never type a new one.
    if (document.activeElement === input) void load();
    else input.addEventListener("focus", () => void load(), { once: true });

    async function load(): Promise<void> {
      measure = (await import("./password-strength.ts")).measureStrength;
      say();
    }
  }
}

const sentences = [
  "At least 8 characters",
  "Among the first that anybody would try",
  "Easy to guess: another word or two would help",
  "Hard to guess",
  "Very hard to guess",
];

// Below the shortest that is taken, strength does not matter.
function scoreOf(password: string, strength: number | undefined): number | undefined {
  if (Array.from(password).length < 8) return 0;
  return strength === undefined ? undefined : Math.max(1, strength);
}

// Whoever guesses a password knows the name and the address beside it.
function neighboursOf(input: HTMLInputElement): string[] {
  const fields = input.form?.querySelectorAll<HTMLInputElement>(
    "input:is([type=email], [type=text], [autocomplete=username])",
  );
  return [...(fields ?? [])]
    .filter((field) => field !== input)
    .flatMap(({ value }) => [value, ...value.split(/[@.\s]+/)]);
}

customElements.define("password-field", PasswordField);
