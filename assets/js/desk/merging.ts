import { mergeTexts, settledText, type Merged, type Piece, type Text } from "#lib/merge.ts";
import { make } from "../dom.ts";

/** Merges what both made of one text. Where both changed the same, it asks; undefined when the answer is put off. */
export async function mergeWithChoices(
  host: HTMLElement,
  { mine, base, theirs, whose }: { mine: Text; base: Text; theirs: Text; whose: string },
): Promise<{ text: Text; wasAsked: boolean } | undefined> {
  const merged = mergeTexts(mine, base, theirs);
  const settled = settledText(merged);
  if (settled !== undefined) return { text: settled, wasAsked: false };
  const text = await askChoices(host, merged, whose);
  return text && { text, wasAsked: true };
}

type Taken = "mine" | "theirs" | "both";

function askChoices(host: HTMLElement, merged: Merged, whose: string): Promise<Text | undefined> {
  const choices: (() => Taken)[] = [];
  const ask = (what: string, mine: string, theirs: string, ways: readonly Taken[]): HTMLElement => {
    const { element, taken } = question(`merge-${choices.length}`, { what, mine, theirs, whose, ways });
    choices.push(taken);
    return element;
  };
  const questions: HTMLElement[] = [];
  const settle: (() => string)[] = [];
  for (const [name, words] of [
    ["Title", merged.title],
    ["Summary", merged.summary],
  ] as const) {
    if (typeof words === "string") {
      settle.push(() => words);
      continue;
    }
    const index = choices.length;
    questions.push(ask(name, words.mine, words.theirs, ["mine", "theirs"]));
    settle.push(() => (choices[index]?.() === "theirs" ? words.theirs : words.mine));
  }
  let line = 1;
  const pieces = merged.source.map((piece): (() => string[]) => {
    if ("lines" in piece) {
      line += piece.lines.length;
      return () => piece.lines;
    }
    const index = choices.length;
    const what = `Near line ${line}`;
    questions.push(ask(what, piece.mine.join("\n"), piece.theirs.join("\n"), ["mine", "theirs", "both"]));
    line += piece.mine.length;
    return () => takenLines(piece, choices[index]?.() ?? "mine");
  });
  const dialog = make(
    "dialog",
    { class: "merge", "aria-labelledby": "merge-title" },
    make(
      "h2",
      { id: "merge-title" },
      questions.length === 1 ? "You both changed one place" : `You both changed ${questions.length} places`,
    ),
    make(
      "p",
      {},
      `Everything else is put together. Choose what stays; ${whose} keeps a version of theirs in any case.`,
    ),
    ...questions,
  );
  const use = make("button", { type: "submit", class: "button primary" }, "Use this text");
  const later = make("button", { type: "button", class: "button" }, "Not now");
  const form = make(
    "form",
    { method: "dialog" },
    ...dialog.childNodes,
    make("div", { class: "merge-ways" }, use, later),
  );
  dialog.replaceChildren(form);
  host.append(dialog);
  later.addEventListener("click", () => dialog.close());
  dialog.showModal();
  return new Promise((resolve) => {
    form.addEventListener("submit", () => {
      const [title = "", summary = ""] = settle.map((say) => say());
      resolve({ title, summary, source: pieces.flatMap((say) => say()).join("\n") });
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(undefined);
    });
  });
}

function takenLines(piece: Exclude<Piece, { lines: string[] }>, taken: Taken): string[] {
  return taken === "both" ? [...piece.mine, ...piece.theirs] : piece[taken];
}

function question(
  name: string,
  {
    what,
    mine,
    theirs,
    whose,
    ways,
  }: { what: string; mine: string; theirs: string; whose: string; ways: readonly Taken[] },
): { element: HTMLElement; taken: () => Taken } {
  let taken: Taken = "mine";
  const element = make("fieldset", {}, make("legend", {}, what));
  const labels = { mine: "Yours", theirs: `Of ${whose}`, both: "Both, yours first" };
  for (const way of ways) {
    const input = make("input", { type: "radio", name, value: way });
    input.checked = way === taken;
    input.addEventListener("change", () => (taken = way));
    const words = way === "mine" ? mine : way === "theirs" ? theirs : undefined;
    const shown = words === undefined ? [] : [make("pre", {}, words === "" ? "(taken out)" : words)];
    element.append(make("label", { class: "merge-way" }, input, make("span", {}, labels[way], ...shown)));
  }
  return { element, taken: () => taken };
}
