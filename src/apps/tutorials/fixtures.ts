import { getProfile } from "#apps/accounts/profiles.ts";
import { addRedirect, saveEntry, type EntryInput } from "#apps/catalog/saving.ts";
import type { Entry } from "#apps/catalog/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";

/** What only members may read: a test that finds it in another reader's hands has found a leak. */
export const canary = "canary-7f3a";

type Fields = Pick<EntryInput, "path" | "title"> & Partial<EntryInput>;

/** The tutorials of the small world: one of each access, a series of three, a scheduled one and a draft. */
export async function addTutorials(): Promise<void> {
  const ada = await getProfile("ada");
  const otto = await getProfile("otto");
  const team = [
    { profileId: ada.id, role: "author" },
    { profileId: otto.id, role: "technical reviewer" },
    { profileId: otto.id, role: "editor" },
  ] as const;
  let day = 0;

  const add = async (fields: Fields, source: string): Promise<Entry> => {
    const publishedAt = new Date(Date.UTC(2026, 0, (day += 1), 9));
    const entry = await saveEntry({
      kind: "tutorial",
      level: "basics",
      publishedAt,
      updatedAt: publishedAt,
      topics: [{ slug: "python", name: "Python" }],
      credits: team,
      ...fields,
    });
    await saveText(entry, source, "fixture");
    return entry;
  };

  const lists = await add(
    {
      path: "/python-lists/",
      title: "Python lists from the ground up",
      summary: "Make, slice and sort lists, and know when not to.",
      topics: [python, { slug: "data-structures", name: "Data structures" }],
      updatedAt: new Date("2026-02-11T09:00:00Z"),
    },
    listsText,
  );
  await addRedirect("/lists/", lists.id, "#slices");
  await add(
    {
      path: "/type-hints/",
      title: "Type hints that pull their weight",
      summary: "Say what a function takes, once, where a machine can read it.",
      access: "registered",
      level: "intermediate",
      topics: [python, { slug: "typing", name: "Typing" }],
    },
    guardedText("Type hints are checked before the program runs.", "registered"),
  );
  await add(
    {
      path: "/decorators/",
      title: "Decorators without tears",
      summary: "Functions that wrap functions, from the first line to the last.",
      access: "members",
      level: "advanced",
    },
    guardedText("A decorator is a function that takes a function.", "members"),
  );
  await addSeries(add);
  await add(
    { path: "/pattern-matching/", title: "Pattern matching", publishedAt: new Date("2999-01-01T00:00:00Z") },
    "Published when we are all dead.",
  );
  await add({ path: "/metaclasses/", title: "Metaclasses", publishedAt: null }, "A draft.");
}

async function addSeries(add: (fields: Fields, source: string) => Promise<Entry>): Promise<void> {
  const topics = [python, { slug: "packaging", name: "Packaging" }];
  const series = await add(
    {
      kind: "series",
      path: "/your-first-package/",
      title: "Your first package",
      summary: "From a folder of scripts to something others can install.",
      topics,
    },
    "Three evenings, three parts.",
  );
  const parts = ["Lay out the folder", "Write the tests", "Release it"];
  for (const [index, title] of parts.entries()) {
    const path = `/your-first-package-${index + 1}/`;
    await add({ path, title, topics, parentId: series.id, position: index + 1 }, `This is how to start: ${title}.`);
  }
}

const python = { slug: "python", name: "Python" };

function guardedText(teaser: string, readers: string): string {
  return [
    teaser,
    "<!--more-->",
    // Two headings, so that the page has contents, which must not tell them.
    `## What only ${readers} read: ${canary}`,
    "## More of it",
    `This sentence is not for everybody: ${canary}.`,
    "```python",
    `secret = "${canary}"`,
    "```",
    "",
  ].join("\n\n");
}

const listsText = `
A list keeps things in order. Lists are the first [data structure](/tutorials/data-structures/) that most people meet.

## Make a list

\`\`\`pycon
>>> names = ["Grace", "Alan"]
>>> names.append("Barbara")
>>> len(names)
3
\`\`\`

> [!TIP]
> An empty list is falsy, so \`if names:\` reads well.

## Slices

\`\`\`python title="slices.py" linenums
first, *rest = names
last_two = names[-2:]
\`\`\`

| method | does |
|:-------|:-----|
| \`sort\` | sorts in place |
| \`copy\` | copies |

### Negative steps

\`names[::-1]\` is the list backwards.[^1]

[^1]: A copy of it, to be exact.

## When not to

Use a set when you only ask what is in it.
`;
