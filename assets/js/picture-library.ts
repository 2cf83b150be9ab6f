import { copyFrom, make } from "./dom.ts";

interface Taken {
  file: string;
  problem?: string;
}

/** Takes several pictures, dropped or chosen, and sends one after another. */
class PictureDrop extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    if (form === null || input === null) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send([...(input.files ?? [])], form.action);
    });
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.dataset.over = "";
    });
    this.addEventListener("dragleave", () => delete this.dataset.over);
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      delete this.dataset.over;
      void this.send([...(event.dataTransfer?.files ?? [])], form.action);
    });
  }

  async send(files: readonly File[], action: string): Promise<void> {
    const list = this.querySelector("ul");
    let isWhole = files.length > 0;
    for (const file of files) {
      const bar = make("progress", { max: "1", value: "0", "aria-label": file.name });
      const word = make("span", {}, "waits");
      list?.append(make("li", {}, make("strong", {}, file.name), bar, word));
      const problem = await post(action, this.dataset.csrf ?? "", file, (share) => {
        bar.value = share;
        word.textContent = share < 1 ? `${Math.round(share * 100)}%` : "is looked at";
      });
      word.textContent = problem ?? "added";
      if (problem !== undefined) isWhole = false;
    }
    if (isWhole) location.assign(action);
  }
}

/** Answers what was wrong, in a sentence. */
function post(
  action: string,
  csrf: string,
  file: File,
  onProgress: (share: number) => void,
): Promise<string | undefined> {
  const body = new FormData();
  body.append("files", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", action);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("x-csrf-token", csrf);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / Math.max(1, total)));
    request.addEventListener("error", () => resolve("The site could not be reached."));
    request.addEventListener("load", () => resolve(problemIn(request)));
    request.send(body);
  });
}

function problemIn({ status, responseText }: XMLHttpRequest): string | undefined {
  if (status === 200) return undefined;
  if (status === 413) return "It is too large.";
  if (status !== 422) return "It was not added. Reload the page and try again.";
  const taken: Taken[] = JSON.parse(responseText);
  return taken[0]?.problem ?? "It was not added.";
}

/** A line of text with a button that copies it. */
class CopyText extends HTMLElement {
  connectedCallback(): void {
    const text = this.querySelector("code")?.textContent.trim() ?? "";
    const button = make("button", { class: "button", type: "button" }, "Copy");
    button.addEventListener("click", () => void copyFrom(button, text));
    this.append(button);
  }
}

customElements.define("picture-drop", PictureDrop);
customElements.define("copy-text", CopyText);
