import type { Diagnostic } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";

/** What the linter of the site says of a place. Lines and columns count from 1. */
export interface Finding {
  rule: string;
  severity: "error" | "warning" | "hint";
  line: number;
  column: number;
  message: string;
}

/** Findings beside their lines: each marks from its column to the end of the word that begins there. */
export function findingsOf({ state }: EditorView, findings: readonly Finding[]): Diagnostic[] {
  return findings.map(({ rule, severity, line, column, message }) => {
    const { from, to, text } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    const start = Math.min(from + Math.max(column - 1, 0), to);
    const word = /^\S+/.exec(text.slice(start - from))?.[0] ?? "";
    return { from: start, to: start + word.length, severity, message, source: rule };
  });
}
