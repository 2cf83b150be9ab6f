import { openSearchPanel } from "@codemirror/search";
import type { EditorView } from "@codemirror/view";
import { make } from "../dom.ts";
import { insertBlock } from "./code-mirror.ts";
import { headingsOf } from "./outline.ts";
import { addPicture } from "./pictures.ts";
import type { Requests } from "./requests.ts";
import { menu, menuItem } from "./room.ts";
import { snippets } from "./snippets.ts";

/** What helps to write: blocks, pictures, the headings, find and replace, and the list of keys. */
export function writingAids(
  view: EditorView,
  { requests, help }: { requests: Requests; help: HTMLDialogElement },
): HTMLElement {
  const insert = menu("Insert", () =>
    snippets.map(({ name, about, template }) => menuItem(name, about, () => insertBlock(view, template))),
  );
  const contents = menu("Contents", () => {
    const headings = headingsOf(view.state);
    if (headings.length === 0) return [make("p", {}, "There are no headings yet: begin a line with ##.")];
    return headings.map(({ level, text, at }) => {
      const item = menuItem(text, "", () => jump(view, at));
      item.dataset.level = String(Math.min(level, 4));
      return item;
    });
  });

  const picture = make("input", {
    type: "file",
    accept: "image/*",
    multiple: "",
    hidden: "",
    "aria-label": "Pictures",
  });
  picture.addEventListener("change", () => {
    const at = view.state.selection.main.from;
    for (const file of picture.files ?? []) void addPicture(view, requests, file, at);
    picture.value = "";
  });
  const keys = tool("Keys", () => help.showModal());
  return make(
    "div",
    { class: "writing-aids" },
    insert,
    tool("Picture", () => picture.click()),
    picture,
    contents,
    tool("Find", () => find(view)),
    keys,
  );
}

/** On a narrow window one of both is shown. */
export function writingViews(panes: HTMLElement, showPreview: () => void): HTMLElement {
  const names = { write: "Write", preview: "Preview" } as const;
  const buttons = Object.entries(names).map(([name, words]) => {
    const button = make("button", { type: "button", "aria-pressed": String(name === "write") }, words);
    button.addEventListener("click", () => {
      panes.dataset.view = name;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      if (name === "preview") showPreview();
    });
    return button;
  });
  panes.dataset.view = "write";
  return make("div", { class: "writing-views", role: "group", "aria-label": "View" }, ...buttons);
}

/** Goes to a place in the text. */
export function jump(view: EditorView, at: number): void {
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  view.focus();
}

function find(view: EditorView): void {
  view.focus();
  openSearchPanel(view);
}

function tool(words: string, act: () => void): HTMLElement {
  const button = make("button", { type: "button", class: "writing-tool" }, words);
  button.addEventListener("click", act);
  return button;
}
