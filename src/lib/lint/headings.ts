import type { Found, Rule } from "./finding.ts";

/** Headings that leave out a rank, say nothing, or say the same as another. */
export const headings: Rule = ({ problems, headings: all, prose }) => {
  const jumps = problems
    .filter(({ about }) => about === "heading")
    .map(({ line, message }): Found => ({ severity: "warning", line, message }));
  const empty = prose.flatMap((text, index): Found[] =>
    /^ {0,3}#{1,6}[ \t]*#*[ \t]*$/.test(text) && text.trim() !== ""
      ? [{ severity: "warning", line: index + 1, message: "The heading is empty." }]
      : [],
  );
  // A heading of code alone looks empty here, and is none.
  return [...jumps, ...(all.some(({ text }) => text === "") ? empty : [])];
};
