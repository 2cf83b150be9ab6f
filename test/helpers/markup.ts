import { HtmlValidate, StaticConfigLoader } from "html-validate";

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended"],
    // Boxes to tick share a name as well: each that is ticked is sent.
    rules: { "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit", "reset"] }] },
  }),
);

/** What is wrong with the markup of a page, a sentence each, by the recommended rules of html-validate. */
export async function findMarkupFaults(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages, source }) =>
    messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message} (${excerpt(source ?? html, offset)})`),
  );
}

function excerpt(html: string, offset: number): string {
  return html.slice(Math.max(0, offset - 30), offset + 80).replace(/\s+/g, " ");
}
