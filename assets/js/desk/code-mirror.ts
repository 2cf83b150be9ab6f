import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippet,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { indentUnit, syntaxTree } from "@codemirror/language";
import { linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  keymap,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { dialect } from "./dialect.ts";
import { findingsOf, type Finding } from "./findings.ts";
import { completeBlock } from "./snippets.ts";
import { theme } from "./theme.ts";

export interface EditorOptions {
  host: HTMLElement;
  doc: string;
  /** The element that says what is edited. */
  label: string;
  changed: () => void;
  /** The place in the text has changed. */
  moved: () => void;
  findings: (source: string) => Promise<readonly Finding[]>;
  files: (files: readonly File[], at: number) => void;
  save: () => void;
  help: () => void;
  more?: Extension;
}

const writable = new Compartment();

/**
 * CodeMirror with our dialect. It lives in a shadow root: there its styles are sheets that a script makes, which our policy
 * allows, where in the page they would be elements of inline style, which it does not.
 */
export function createEditor(options: EditorOptions): EditorView {
  const root = options.host.attachShadow({ mode: "open" });
  // From outside of the root nobody sees that somebody types: a slash would open the search.
  options.host.addEventListener("keydown", (event) => event.stopPropagation());
  const state = EditorState.create({
    doc: options.doc,
    extensions: [
      writable.of([]),
      history(),
      drawSelection(),
      dropCursor(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      EditorView.lineWrapping,
      EditorState.tabSize.of(4),
      indentUnit.of("    "),
      closeBrackets(),
      autocompletion({ override: [completeBlock], icons: false, interactionDelay: 0 }),
      search({ top: true }),
      dialect(),
      codeLines,
      theme,
      linter(async (view) => findingsOf(view, await options.findings(view.state.doc.toString())), { delay: 1500 }),
      lintGutter(),
      EditorView.contentAttributes.of({
        "aria-label": options.label,
        spellcheck: "true",
        autocorrect: "on",
        tabindex: "0",
      }),
      keymap.of([
        { key: "Mod-s", run: () => (options.save(), true), preventDefault: true },
        { key: "F1", run: () => (options.help(), true), preventDefault: true },
        { key: "Mod-b", run: (view) => wrap(view, "**") },
        { key: "Mod-i", run: (view) => wrap(view, "*") },
        { key: "Mod-e", run: (view) => wrap(view, "`") },
        { key: "Mod-k", run: link },
        { key: "Mod-h", run: openSearchPanel, preventDefault: true },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...lintKeymap,
        ...historyKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.changed();
        if (update.selectionSet || update.docChanged) options.moved();
      }),
      EditorView.domEventHandlers({
        paste: (event, view) => takeFiles(event.clipboardData, event, () => view.state.selection.main.from, options),
        drop: (event, view) => {
          const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.selection.main.from;
          return takeFiles(event.dataTransfer, event, () => at, options);
        },
      }),
      options.more ?? [],
    ],
  });
  const view = new EditorView({ state, root, parent: root });
  return view;
}

/** Lets be written, or only read. */
export function setWritable(view: EditorView, isWritable: boolean): void {
  const closed = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
  view.dispatch({ effects: writable.reconfigure(isWritable ? [] : closed) });
}

/** Replaces the whole text as one change that can be undone, and touches no line that stays as it is. */
export function replaceText(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  if (before === text) return;
  const most = Math.min(before.length, text.length);
  let start = 0;
  while (start < most && before[start] === text[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  view.dispatch({ changes: { from: start, to: before.length - end, insert: text.slice(start, text.length - end) } });
}

/** Inserts a block of the dialect on lines of its own, with the first place to fill in selected. */
export function insertBlock(view: EditorView, template: string): void {
  const { from, to } = view.state.selection.main;
  const line = view.state.doc.lineAt(from);
  const before = view.state.sliceDoc(line.from, from).trim() === "" ? "" : "\n\n";
  snippet(before + template)(view, null, from, to);
  view.focus();
}

function takeFiles(data: DataTransfer | null, event: Event, at: () => number, { files }: EditorOptions): boolean {
  const pictures = [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
  // A word processor adds a picture of the words that were copied.
  if (pictures.length === 0 || data?.types.includes("text/plain") === true) return false;
  event.preventDefault();
  files(pictures, at());
  return true;
}

/** Puts marks around what is selected, or takes them off again. */
function wrap(view: EditorView, mark: string): boolean {
  view.dispatch(
    view.state.changeByRange(({ from, to }) => {
      const [before, after] = [
        view.state.sliceDoc(from - mark.length, from),
        view.state.sliceDoc(to, to + mark.length),
      ];
      if (before === mark && after === mark) {
        const changes = [
          { from: from - mark.length, to: from },
          { from: to, to: to + mark.length },
        ];
        return { changes, range: EditorSelection.range(from - mark.length, to - mark.length) };
      }
      const changes = [
        { from, insert: mark },
        { from: to, insert: mark },
      ];
      return { changes, range: EditorSelection.range(from + mark.length, to + mark.length) };
    }),
  );
  return true;
}

function link(view: EditorView): boolean {
  const { from, to } = view.state.selection.main;
  const words = view.state.sliceDoc(from, to);
  const template = words === "" ? "[${words}](${address})" : `[${words.replaceAll(/[\\$]/g, "\\$&")}](\${address})`;
  snippet(template)(view, null, from, to);
  return true;
}

// The ground under code and the lines of blocks.
const codeLine = Decoration.line({ class: "cm-code-line" });
const boxLine = Decoration.line({ class: "cm-box-line" });

const codeLines = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = linesOf(view);
    }
    update(update: ViewUpdate): void {
      const isParsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.viewportChanged || isParsed) this.decorations = linesOf(update.view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

function linesOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { doc } = view.state;
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter(node) {
        const line = node.name === "FencedCode" ? codeLine : node.name === "BoxLine" ? boxLine : undefined;
        if (line === undefined) return true;
        const first = doc.lineAt(Math.max(node.from, from)).number;
        const last = doc.lineAt(Math.min(node.to, to)).number;
        for (let number = first; number <= last; number += 1) {
          const start = doc.line(number).from;
          builder.add(start, start, line);
        }
        return false;
      },
    });
  }
  return builder.finish();
}
