import type { Rule } from "./finding.ts";

/** Blocks (`::: name`) that the dialect does not have. */
export const blocks: Rule = ({ problems }) =>
  problems
    .filter(({ about }) => about === "block")
    .map(({ line, message }) => ({ severity: "error" as const, line, message }));

/** Whatever else the parser could not understand and shows as it is written. */
export const dialect: Rule = ({ problems }) =>
  problems
    .filter(({ about }) => about === undefined)
    .map(({ line, message }) => ({ severity: "warning" as const, line, message }));
