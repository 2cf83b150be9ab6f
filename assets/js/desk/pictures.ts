import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { make } from "../dom.ts";
import type { Requests } from "./requests.ts";

interface Upload {
  id: number;
  name: string;
  at: number;
  words: string;
}

const begun = StateEffect.define<Upload>();
const told = StateEffect.define<{ id: number; words: string }>();
const ended = StateEffect.define<{ id: number }>();

class Progress extends WidgetType {
  readonly words: string;
  readonly id: number;
  constructor(id: number, words: string) {
    super();
    this.id = id;
    this.words = words;
  }
  override eq(other: Progress): boolean {
    return other.words === this.words && other.id === this.id;
  }
  override toDOM(): HTMLElement {
    return make("span", { class: "cm-uploading", role: "status" }, this.words);
  }
}

// Where pictures will stand that are on their way: they move along with what is typed meanwhile.
const uploads = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(begun)) next = next.update({ add: [widget(effect.value)] });
      if (effect.is(ended)) next = next.update({ filter: (_from, _to, { spec }) => spec.id !== effect.value.id });
      if (effect.is(told)) {
        const { id, words } = effect.value;
        const at = placeOf(next, id);
        if (at === undefined) continue;
        next = next.update({ filter: (_from, _to, { spec }) => spec.id !== id });
        next = next.update({ add: [widget({ id, words, at, name: "" })] });
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function widget({ id, words, at }: Upload) {
  return Decoration.widget({ widget: new Progress(id, words), id, side: 1 }).range(at);
}

function placeOf(set: DecorationSet, id: number): number | undefined {
  for (const cursor = set.iter(); cursor.value !== null; cursor.next()) {
    if (cursor.value.spec.id === id) return cursor.from;
  }
  return undefined;
}

export function pictures(): Extension {
  return uploads;
}

let count = 0;
const failureMs = 8000;

/** Uploads a picture and puts a figure where it was dropped, with its description selected to be written. */
export async function addPicture(view: EditorView, requests: Requests, file: File, at: number): Promise<void> {
  const id = (count += 1);
  const name = file.name || "picture";
  const tell = (words: string): void => view.dispatch({ effects: told.of({ id, words }) });
  view.dispatch({ effects: begun.of({ id, name, at, words: `Uploading ${name}…` }) });
  const answer = await requests.upload("/desk/pictures", file, (share) =>
    tell(`Uploading ${name}: ${Math.round(share * 100)}%`),
  );
  const src = wordIn(answer?.body, "src");
  if (src === undefined) {
    const why =
      answer === undefined ? "the site cannot be reached" : (wordIn(answer.body, "problem") ?? "it was refused");
    tell(`${name} was not uploaded: ${why}`);
    setTimeout(() => view.dispatch({ effects: ended.of({ id }) }), failureMs);
    return;
  }
  const place = placeOf(view.state.field(uploads), id) ?? view.state.selection.main.from;
  const { insert, alt } = figure(view.state, place, src);
  view.dispatch({
    changes: { from: place, insert },
    selection: { anchor: place + alt.from, head: place + alt.to },
    effects: ended.of({ id }),
    scrollIntoView: true,
    userEvent: "input.paste",
  });
  view.focus();
}

const placeholder = "What the picture shows";

/** A figure stands alone: with an empty line before and after. */
function figure(state: EditorState, at: number, src: string): { insert: string; alt: { from: number; to: number } } {
  const [before, after] = [state.sliceDoc(Math.max(0, at - 2), at), state.sliceDoc(at, at + 2)];
  const lead = at === 0 || before.endsWith("\n\n") || before === "\n" ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after === "" || after === "\n\n" ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const from = lead.length + 2;
  return { insert: `${lead}![${placeholder}](${src})${tail}`, alt: { from, to: from + placeholder.length } };
}

function wordIn(body: unknown, name: string): string | undefined {
  const word: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof word === "string" ? word : undefined;
}
