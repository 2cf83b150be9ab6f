import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, showPanel, type Panel } from "@codemirror/view";
import { make } from "../dom.ts";

/** What a reviewer has said of a place in the text. */
export interface Remark {
  id: number;
  startsAt: number;
  endsAt: number;
  quote: string;
  body: string;
  author: string;
  suggestion: string | null;
  state: string;
}

const settled = StateEffect.define<number>();

interface Placed {
  marks: DecorationSet;
  open: readonly Remark[];
}

/** Where a remark stands in a text that may have changed since: the same words nearest to where they were. */
export function placeOf(text: string, { startsAt, quote }: Remark): { from: number; to: number } | undefined {
  if (quote === "") return undefined;
  const before = text.lastIndexOf(quote, startsAt);
  const after = text.indexOf(quote, startsAt);
  const from = before === -1 || (after !== -1 && after - startsAt < startsAt - before) ? after : before;
  return from === -1 ? undefined : { from, to: from + quote.length };
}

/** Marks on what was remarked, which move with the text, and a panel of the remark that the cursor is in. */
export function remarks(list: readonly Remark[], settle: (id: number, state: string) => Promise<boolean>): Extension {
  const field = StateField.define<Placed>({
    create: (state) => {
      const text = state.doc.toString();
      const open = list.filter((remark) => remark.state === "open");
      const marks = open.flatMap((remark) => {
        const place = placeOf(text, remark);
        return place === undefined ? [] : [Decoration.mark({ class: "cm-remark", remark }).range(place.from, place.to)];
      });
      return { open, marks: Decoration.set(marks, true) };
    },
    update(placed, transaction) {
      let { marks, open } = placed;
      marks = marks.map(transaction.changes);
      for (const effect of transaction.effects) {
        if (!effect.is(settled)) continue;
        open = open.filter(({ id }) => id !== effect.value);
        marks = marks.update({ filter: (_from, _to, { spec }) => spec.remark.id !== effect.value });
      }
      return { marks, open };
    },
    provide: (self) => [
      EditorView.decorations.from(self, ({ marks }) => marks),
      showPanel.from(self, ({ open }) => (open.length === 0 ? null : (view) => panelOf(view, self, settle))),
    ],
  });
  return field;
}

function panelOf(
  view: EditorView,
  field: StateField<Placed>,
  settle: (id: number, state: string) => Promise<boolean>,
): Panel {
  const dom = make("div", { class: "cm-remarks", role: "region", "aria-label": "Remarks" });
  const draw = (): void => {
    const { marks, open } = view.state.field(field);
    const { head } = view.state.selection.main;
    const found = at(marks, head);
    dom.replaceChildren();
    if (found === undefined) {
      const next = make("button", { type: "button", class: "cm-button" }, "Next remark");
      next.addEventListener("click", () => goNext(view, field));
      const missing = open.length - marks.size;
      const words = `${open.length === 1 ? "1 open remark" : `${open.length} open remarks`}${missing > 0 ? `, ${missing} on words that are gone` : ""}. `;
      dom.append(words, ...(marks.size === 0 ? [] : [next]));
      return;
    }
    const { remark, from, to } = found;
    dom.append(make("strong", {}, remark.author), ` ${remark.body} `);
    const end = async (state: string): Promise<void> => {
      if (!(await settle(remark.id, state))) return dom.append(" This was not saved: try again.");
      if (state === "accepted") view.dispatch({ changes: { from, to, insert: remark.suggestion ?? "" } });
      view.dispatch({ effects: settled.of(remark.id) });
      view.focus();
    };
    const ways =
      remark.suggestion === null
        ? [["Resolved", "resolved"]]
        : [
            ["Accept", "accepted"],
            ["Reject", "rejected"],
          ];
    if (remark.suggestion !== null)
      dom.append(make("ins", {}, remark.suggestion === "" ? "(take it out)" : remark.suggestion), " ");
    for (const [words = "", state = ""] of ways) {
      const button = make("button", { type: "button", class: "cm-button" }, words);
      button.addEventListener("click", () => void end(state));
      dom.append(button, " ");
    }
  };
  draw();
  return {
    dom,
    update: (update) => {
      if (update.selectionSet || update.docChanged || update.transactions.some(({ effects }) => effects.length > 0))
        draw();
    },
  };
}

function at(marks: DecorationSet, head: number): { remark: Remark; from: number; to: number } | undefined {
  let found: { remark: Remark; from: number; to: number } | undefined;
  marks.between(head, head, (from, to, { spec }) => {
    found = { remark: spec.remark, from, to };
    return false;
  });
  return found;
}

function goNext(view: EditorView, field: StateField<Placed>): void {
  const { marks } = view.state.field(field);
  const { head } = view.state.selection.main;
  const cursor = marks.iter(head);
  const place = cursor.value === null ? marks.iter() : cursor;
  if (place.value === null) return;
  view.dispatch({ selection: { anchor: place.from, head: place.from }, scrollIntoView: true });
  view.focus();
}
