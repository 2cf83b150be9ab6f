import { site } from "../helpers/site.ts";
import { after } from "node:test";
import { saveEntry, type EntryInput } from "#apps/catalog/saving.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import { closeImages } from "#lib/images.ts";
import { photo } from "#lib/images/samples.ts";
import { contentChanged } from "../helpers/site.ts";

after(closeImages);

async function add(fields: Pick<EntryInput, "path" | "title"> & Partial<EntryInput>, source: string): Promise<void> {
  const publishedAt = new Date("2025-06-01T09:00:00Z");
  const entry = await saveEntry({ kind: "tutorial", publishedAt, updatedAt: publishedAt, ...fields });
  await saveText(entry, source, "test", { refresh: false });
}

/** A tutorial that has everything a text can have. */
export const everything = "/everything/";
const [first, second] = await Promise.all([
  addMedia(await photo(700, 400), { name: "bridge.jpg" }),
  addMedia(await photo(900, 1300), { name: "tower.jpg" }),
]);
const paragraph = "Nobody learns this by reading alone, so type it in, change it, and see what happens then. ".repeat(
  6,
);
await add(
  { path: everything, title: "Everything a text can have", summary: "One of each.", topics: [many()] },
  `
A lead with a [link elsewhere](https://example.org/somewhere) and a note.[^1]

## A session

\`\`\`pycon
>>> total = 0
>>> for n in range(3):
...     total += n
...
>>> total
3
\`\`\`

${paragraph}

## Pictures

![A bridge](${mediaPath(first)} "The bridge at noon")

${paragraph}

![A tower](${mediaPath(second)})

## Tabs

::: tabs
::: tab [macOS]
\`brew install it\`
:::
::: tab [Linux]
\`apt install it\`
:::
::: tab [Windows]
\`winget install it\`
:::
:::

## Boxes

::: details [More of it]
Hidden at first.
:::

::: exercise [Try it]
Add two numbers.

::: solution
\`1 + 1\`
:::
:::

> [!WARNING]
> Not too fast.

## A long word and a wide table

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft

| one | two | three | four | five | six | seven | eight |
|-----|-----|-------|------|------|-----|-------|-------|
| a_rather_long_cell | a_rather_long_cell | a_rather_long_cell | a_rather_long_cell | a_rather_long_cell | a_rather_long_cell | a_rather_long_cell | a_rather_long_cell |

\`\`\`python title="wide.py" linenums
very_long_line = some_function(first_argument, second_argument, third_argument, fourth_argument, fifth_argument, sixth_argument)
\`\`\`

$$\\sum_{i=0}^{n} i^2 + \\sum_{i=0}^{n} i^3 + \\sum_{i=0}^{n} i^4 + \\sum_{i=0}^{n} i^5 = \\frac{(n^2+n)(2n+1)}{6} + \\dots$$

${paragraph}

${paragraph}

[^1]: The note itself.
`,
);
for (let n = 1; n <= 25; n++) {
  await add({ path: `/many-${n}/`, title: `One of many, number ${n}`, topics: [many()] }, `This is number ${n}.`);
}
await add(
  {
    path: "/long/",
    title: `${"Superlongwordwithoutanyspacesinit".repeat(2)} and a title of many words that goes on and on`,
    topics: [many()],
  },
  "Short.",
);
await contentChanged();

function many(): { slug: string; name: string } {
  return { slug: "many", name: "Many things" };
}

/** Where the site is to be found. */
export const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
