import {
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";

/** What can be inserted: a block of the dialect, with the places to fill in. */
export interface Snippet {
  name: string;
  about: string;
  template: string;
}

/** Every block of the dialect, in the order in which authors reach for them. */
export const snippets: readonly Snippet[] = [
  { name: "code", about: "Code with its language", template: "```${python}\n${}\n```" },
  {
    name: "code file",
    about: "Code of a file, with numbers and marked lines",
    template: '```${python} title="${app.py}" linenums hl_lines="${2}"\n${}\n```',
  },
  { name: "session", about: "What was typed and what came back", template: "```pycon\n>>> ${}\n```" },
  { name: "shell", about: "Commands and what they print", template: "```console\n\\$ ${}\n```" },
  { name: "output", about: "What a program printed", template: "```output\n${}\n```" },
  { name: "picture", about: "A figure with a caption", template: '![${What it shows}](${picture.png} "${Caption}")' },
  { name: "note", about: "Worth knowing", template: "::: note\n${}\n:::" },
  { name: "tip", about: "What makes it easier", template: "::: tip\n${}\n:::" },
  { name: "warning", about: "What may go wrong", template: "::: warning\n${}\n:::" },
  { name: "danger", about: "What cannot be undone", template: "::: danger\n${}\n:::" },
  { name: "important", about: "Not to be missed", template: "::: important\n${}\n:::" },
  { name: "advanced", about: "For who wants to know more", template: "::: advanced\n${}\n:::" },
  { name: "discussion", about: "Something to think about", template: "::: discussion\n${}\n:::" },
  {
    name: "exercise",
    about: "A task with its solution folded away",
    template: "::: exercise [${Try it}]\n${}\n\n::: solution\n${}\n:::\n:::",
  },
  { name: "hint", about: "Folded help", template: "::: hint\n${}\n:::" },
  { name: "details", about: "Folded, opened on demand", template: "::: details [${More of it}]\n${}\n:::" },
  {
    name: "tabs",
    about: "The same for several systems",
    template: "::: tabs\n::: tab [${macOS}]\n${}\n:::\n::: tab [${Linux}]\n${}\n:::\n:::",
  },
  { name: "objectives", about: "What readers will be able to do", template: "::: objectives\n- ${}\n:::" },
  { name: "keypoints", about: "What to take away", template: "::: keypoints\n- ${}\n:::" },
  { name: "questions", about: "What it answers", template: "::: questions\n- ${}\n:::" },
  { name: "prereq", about: "What to know before", template: "::: prereq\n- ${}\n:::" },
  { name: "instructor", about: "For teachers; no reader sees it", template: "::: instructor\n${}\n:::" },
  {
    name: "table",
    about: "Columns by the colons left, centred, right",
    template: "| ${name} | ${value} |\n|:-----|------:|\n| ${} | ${} |",
  },
  { name: "formula", about: "A formula of its own", template: "$$\n${x^2}\n$$" },
  { name: "definition", about: "A term and what it means", template: "${term}\n: ${meaning}" },
  { name: "tasks", about: "A list to tick", template: "- [ ] ${}" },
  { name: "quote", about: "Somebody's words", template: "> ${}" },
  { name: "footnote", about: "A note at the end", template: "^[${}]" },
  { name: "more", about: "Where the open part of a guarded text ends", template: "<!--more-->\n" },
];

const completions: readonly Completion[] = snippets.map(({ name, about, template }) =>
  snippetCompletion(template, { label: `/${name}`, detail: about, type: "text" }),
);

/** Offers the blocks after a slash at the beginning of a line, and when asked on an empty one. */
export function completeBlock(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const typed = context.state.sliceDoc(line.from, context.pos);
  const isAsked = context.explicit && typed.trim() === "";
  if (!isAsked && !/^\s*\/[a-z]*$/.test(typed)) return null;
  const from = line.from + typed.length - typed.trimStart().length;
  return { from, options: [...completions], validFor: /^\/?[a-z ]*$/ };
}
