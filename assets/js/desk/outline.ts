import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

export interface Heading {
  level: number;
  text: string;
  at: number;
}

const patienceMs = 50;

/** The headings of a text, in their order. */
export function headingsOf(state: EditorState): Heading[] {
  const headings: Heading[] = [];
  (ensureSyntaxTree(state, state.doc.length, patienceMs) ?? syntaxTree(state)).iterate({
    enter({ name, from, to }) {
      const level = Number(/^(?:ATX|Setext)Heading(\d)$/.exec(name)?.[1]);
      if (Number.isNaN(level)) return name === "Document";
      const [line = ""] = state.sliceDoc(from, to).split("\n");
      headings.push({ level, text: line.replace(/^#+\s*|\s*(?:#+\s*)?(?:\{[^}]*\}\s*)?$/g, ""), at: from });
      return false;
    },
  });
  return headings;
}

const wordsAMinute = 230;

/** How many words there are, and how long they take to read. */
export function countText(source: string): { words: number; minutes: number } {
  const words = source.match(/[\p{L}\p{N}]+(?:['’_-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
  return { words, minutes: Math.max(1, Math.round(words / wordsAMinute)) };
}
