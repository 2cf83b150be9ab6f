import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, showPanel, type Panel } from "@codemirror/view";
import { make } from "../dom.ts";

/** What a reviewer has said of a place in the newest version. */
export interface Remark {
  id: number;
  /** Null when nothing of it stands in the text any more. */
  startsAt: number | null;
  quote: string;
  body: string;
  author: string;
  suggestion: string | null;
  answers: { id: number; body: string; author: string }[];
}

/** Tells the site what becomes of a remark; answers what hinders it, in a sentence. */
export type Settle = (id: number, state: "resolved" | "accepted" | "rejected") => Promise<string | undefined>;

const settled = StateEffect.define<number>();

interface Placed {
  marks: DecorationSet;
  open: readonly Remark[];
}

/** Where a remark stands in a text that may have changed since: the same words nearest to where they were. */
export function placeOf(
  text: string,
  { startsAt, quote }: Pick<Remark, "startsAt" | "quote">,
): { from: number; to: number } | undefined {
  if (quote === "" || startsAt === null) return undefined;
  const before = text.lastIndexOf(quote, startsAt);
  const after = text.indexOf(quote, startsAt);
  const from = before === -1 || (after !== -1 && after - startsAt < startsAt - before) ? after : before;
  return from === -1 ? undefined : { from, to: from + quote.length };
}

/** Marks on what was remarked, which move with the text, and a panel of the remark that the cursor is in. */
export function remarks(list: readonly Remark[], settle: Settle): Extension {
  const field = StateField.define<Placed>({
    create: (state) => {
      const text = state.doc.toString();
      const marks = list.flatMap((remark) => {
        const place = placeOf(text, remark);
        return place === undefined ? [] : [Decoration.mark({ class: "cm-remark", remark }).range(place.from, place.to)];
      });
      return { open: list, marks: Decoration.set(marks, true) };
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

function panelOf(view: EditorView, field: StateField<Placed>, settle: Settle): Panel {
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
    const { remark } = found;
    dom.append(make("strong", {}, remark.author), ` ${remark.body} `);
    for (const answer of remark.answers)
      dom.append(make("p", {}, make("strong", {}, answer.author), ` ${answer.body}`));
    const end = async (state: Parameters<Settle>[1]): Promise<void> => {
      const problem = await settle(remark.id, state);
      if (problem !== undefined) return dom.append(` ${problem}`);
      view.dispatch({ effects: settled.of(remark.id) });
      view.focus();
    };
    const button = (words: string, state: Parameters<Settle>[1]): HTMLElement => {
      const made = make("button", { type: "button", class: "cm-button" }, words);
      made.addEventListener("click", () => void end(state));
      return made;
    };
    if (remark.suggestion === null) return dom.append(button("Resolved", "resolved"));
    const instead = make("ins", {}, remark.suggestion === "" ? "(take it out)" : remark.suggestion);
    dom.append(instead, " ", button("Accept", "accepted"), " ", button("Reject", "rejected"));
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

function at(marks: DecorationSet, head: number): { remark: Remark } | undefined {
  let found: { remark: Remark } | undefined;
  marks.between(head, head, (_from, _to, { spec }) => {
    found = { remark: spec.remark };
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
