import { parser } from "@lezer/json";
import type { Parse } from "../code.ts";
import { firstError } from "./tree.ts";

const strict = parser.configure({ strict: true });

/** JSON, or a document a line. One with something left out is not meant to be read by a machine. */
export const parseJson: Parse = (code) => {
  if (/^\s*(?:\.\.\.|…)|[,[{:]\s*(?:\.\.\.|…)/m.test(code) || code.trim() === "") return undefined;
  const problem = firstError(strict, code);
  return problem === undefined || code.trim().split("\n").every(isJson) ? undefined : problem;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
