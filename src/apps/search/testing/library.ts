import assert from "node:assert/strict";
import { saveEntry, type EntryInput } from "#apps/catalog/saving.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { anonymous, type Viewer } from "#lib/viewer.ts";
import { searchEntries, type SearchAnswer, type SearchInput } from "../search.ts";

const ids = new Map<string, number>();

/** Saves the small library that the tests of the search ask. */
export async function addLibrary(): Promise<void> {
  for (const [index, entry] of library.entries()) await add(entry, index);
}

export type LibraryEntry = Partial<EntryInput> & Pick<EntryInput, "path" | "title"> & { text: string };

export async function add({ text, ...fields }: LibraryEntry, index = 0): Promise<{ id: number }> {
  const publishedAt = new Date(Date.UTC(2026, 0, 1 + index));
  const entry = await saveEntry({
    kind: "tutorial",
    level: "basics",
    publishedAt,
    topics: [{ slug: "python", name: "Python" }],
    ...fields,
  });
  ids.set(entry.path, entry.id);
  await saveText(entry, text, "test");
  return entry;
}

/** The id of an entry of the library. */
export function idOf(path: string): number {
  const id = ids.get(path);
  assert.ok(id !== undefined);
  return id;
}

export function ask(q: string, input: Partial<SearchInput> = {}, viewer: Viewer = anonymous): Promise<SearchAnswer> {
  return searchEntries(viewer, { q, kinds: [], order: "relevance", page: 1, limit: 10, facets: true, ...input });
}

export function paths(answer: SearchAnswer): string[] {
  return answer.results.map(({ entry }) => entry.path);
}

const data = [
  { slug: "python", name: "Python" },
  { slug: "data", name: "Data" },
];

const library: LibraryEntry[] = [
  {
    path: "/decorators/",
    title: "A primer on decorators",
    level: "intermediate",
    text: "A decorator wraps another function in Python.\n\n## Writing a wrapper\n\nThe wrapper calls the function.\n\n```python\n@functools.wraps(func)\ndef wrapper(*args, **kwargs):\n    return func(*args, **kwargs)\n```\n",
  },
  {
    path: "/comprehensions/",
    title: "List comprehensions",
    topics: data,
    text: "Build a list in one line of Python.\n\n## Filtering\n\nA comprehension may filter the list.\n\n```python\nsquares = [n * n for n in range(10) if n % 2]\n```\n",
  },
  {
    path: "/sorting/",
    title: "Sorting in Python",
    topics: data,
    text: "There are two ways to sort.\n\n## Sorting in place\n\nCall `list.sort()` to sort a list where it is; the list changes.\n\n## Sorted copies\n\nThe function `sorted()` makes a new list.\n\n```python\nnames.sort(key=len)\n```\n",
  },
  {
    path: "/classes/",
    title: "Classes from the ground up",
    level: "intermediate",
    text: "A class makes objects in Python.\n\n## Making an instance with `__init__`\n\n```python\nclass Dog:\n    def __init__(self, name):\n        self.name = name\n```\n",
  },
  {
    path: "/dataclasses/",
    title: "Data classes without ceremony",
    level: "intermediate",
    text: "Let Python write `__init__` for you.\n\n```python\nfrom dataclasses import dataclass\n\n@dataclass\nclass Point:\n    x: int\n```\n",
  },
  {
    path: "/node/",
    title: "Serving pages with Node.js",
    level: "advanced",
    text: "Node.js runs JavaScript, not Python, on a server.\n\n```js\ndocument.getElementById('app');\n```\n",
  },
  {
    path: "/cpp/",
    title: "Extending Python in C++",
    level: "advanced",
    text: "Write the slow part in C++.\n\n```cpp\nint main() { return 0; }\n```\n",
  },
  { path: "/csharp/", title: "C# for people who know Python", text: "C# is typed. Git init is not needed.\n" },
  {
    path: "/strings/",
    title: "Formatting strings",
    text: 'Python has several ways.\n\n## F-strings\n\nAn f-string holds expressions, as in `f"{name}"`; even a café.\n',
  },
  {
    path: "/type-errors/",
    title: "Reading tracebacks",
    text: "Python says what is wrong.\n\n## Calling what cannot be called\n\n```pytb\nTraceback (most recent call last):\n  File \"app.py\", line 3, in <module>\n    str(1)\nTypeError: 'str' object is not callable\n```\n",
  },
  {
    path: "/dictionaries/",
    title: "Dictionaries in Python",
    topics: data,
    text: "Keys and values, in every function.\n\n## Looping over a dictionary\n\n```python\nfor key, value in dict.items(prices):\n    print(key)\n```\n",
  },
  {
    path: "/numpy/",
    title: "First steps with arrays",
    topics: data,
    text: "Numbers in bulk for Python: a function of many at once.\n\n```python\nimport numpy as np\nimport pandas as pd\ntable = pd.read_csv('data.csv')\n```\n",
  },
  {
    path: "/files/",
    title: "Reading and writing files",
    text: "Open a file in Python with a context manager.\n\n## Paths\n\n```python\npath = os.path.join(folder, 'a.txt')\nwith open(path) as file:\n    file.read()\n```\n",
  },
  {
    path: "/loops/",
    title: "The for loop",
    text: "Repeat something in Python. A functoin may have a loop.\n\n```python\nwhile (line := read()):\n    print(line)\n```\n",
  },
  {
    path: "/packages/",
    kind: "page",
    title: "Installing packages",
    text: "Use pip with Python.\n\n```console\n$ pip install --upgrade requests\n```\n",
  },
];
