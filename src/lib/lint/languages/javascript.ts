import { parser } from "@lezer/javascript";
import type { Parse } from "../code.ts";
import { firstError } from "./tree.ts";

const plain = parser.configure({ dialect: "jsx", strict: true });
const typed = parser.configure({ dialect: "ts", strict: true });
const typedWithTags = parser.configure({ dialect: "ts jsx", strict: true });

/** JavaScript and TypeScript; tags where the language may have them. */
export const parseJavaScript: Parse = (code, language) => {
  const chosen = language === "tsx" ? typedWithTags : /ts$|^typescript$/.test(language) ? typed : plain;
  const text = code
    .replace(/^#!.*/, blank)
    .replace(/^(\s*)(?:\.\.\.|…)\s*$/gm, blank)
    .replace(/\.\.\.(?=\s*[}\])])/g, "  _");
  return firstError(chosen, text);
};

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
