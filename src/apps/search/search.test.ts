import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { refreshRelatedFor } from "#apps/catalog/related.ts";
import { listRelated } from "#apps/catalog/entries.ts";
import { saveEntry, type EntryInput } from "#apps/catalog/saving.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { connect, disconnect } from "#lib/db.ts";
import { anonymous, type Viewer } from "#lib/viewer.ts";
import { testDatabase, type TestDatabase } from "../../../test/helpers/database.ts";
import { addressOf, searchEntries, type SearchAnswer, type SearchInput } from "./search.ts";
import { suggestForAddress } from "./suggestions.ts";

const member: Viewer = { id: 2, isMember: true, permissions: [] };
const canary = "zanzibarquux";
let database: TestDatabase;

before(async () => {
  database = await testDatabase();
  connect(database.url);
  for (const [index, entry] of library.entries()) await add(entry, index);
});

after(async () => {
  await disconnect();
  await database.drop();
});

test("the right page comes first", async (t) => {
  const expected: [question: string, path: string][] = [
    ["decorators", "/decorators/"],
    ["decorator", "/decorators/"],
    ["decoratr", "/decorators/"],
    ["deocrators", "/decorators/"],
    ["list comp", "/comprehensions/"],
    ["list comprehension", "/comprehensions/"],
    ["list.sort()", "/sorting/"],
    [".sort()", "/sorting/"],
    ["sorting lists", "/sorting/"],
    ["__init__", "/classes/"],
    ["@dataclass", "/dataclasses/"],
    ["data class", "/dataclasses/"],
    ["node.js", "/node/"],
    ["nodejs", "/node/"],
    ["C++", "/cpp/"],
    ["c#", "/csharp/"],
    ["f-string", "/strings/"],
    ["fstring", "/strings/"],
    ["f strings", "/strings/"],
    ["TypeError: 'str' object is not callable", "/type-errors/"],
    ["type error", "/type-errors/"],
    ['  File "app.py", line 3, in <module>', "/type-errors/"],
    ["dict.items", "/dictionaries/"],
    [".items", "/dictionaries/"],
    ["numpy as np", "/numpy/"],
    ["numpy", "/numpy/"],
    ["getElementById", "/node/"],
    ["element by id", "/node/"],
    ["read_csv", "/numpy/"],
    ["os.path.join", "/files/"],
    ["path.join", "/files/"],
    ["for loop", "/loops/"],
    ["for", "/loops/"],
    ["--upgrade", "/packages/"],
    [":=", "/loops/"],
    ["café", "/strings/"],
    ["cafe", "/strings/"],
    ['"context manager"', "/files/"],
    ["how do I read a file in python", "/files/"],
  ];
  for (const [question, path] of expected) {
    await t.test(question, async () => {
      assert.equal((await ask(question)).results[0]?.entry.path, path);
    });
  }
});

test("a question that nothing has is answered with what was probably meant", async () => {
  const slip = await ask("pyhton decoratr");
  assert.equal(slip.corrected, "python decorator");
  assert.equal((await ask("decorators")).corrected, undefined);
  assert.equal((await ask("xyzzyplugh")).corrected, undefined);
});

test("a slip that a page has too is found, and the better word suggested", async () => {
  const answer = await ask("functoin");
  assert.equal(answer.results[0]?.entry.path, "/loops/");
  assert.equal(answer.suggestion, "function");
});

test("when no page has all of the words, pages with the rarest of them are shown", async () => {
  const answer = await ask("numpy decorators dictionary");
  assert.equal(answer.isPartial, true);
  assert.ok(answer.total > 0);
  assert.equal((await ask("xyzzyplugh")).total, 0);
});

test("a result leads to its best section and shows the words there", async () => {
  const [result] = (await ask("list.sort()")).results;
  assert.ok(result);
  assert.equal(addressOf(result), "/sorting/#sorting-in-place");
  assert.equal(result.heading, "Sorting in place");
  assert.deepEqual(
    result.snippet.filter((piece) => piece.isMatch).map((piece) => piece.text.toLowerCase()),
    ["list.sort", "sort", "list", "list"],
  );
});

test("facets count the matches by kind, topic and level, each under the other choices", async () => {
  const all = await ask("python");
  assert.deepEqual(
    all.facets.kinds.map(({ value, count }) => [value, count]),
    [
      ["tutorial", all.total - 1],
      ["page", 1],
    ],
  );
  assert.equal(
    all.facets.kinds.reduce((sum, { count }) => sum + count, 0),
    all.total,
  );
  assert.equal(
    all.facets.levels.reduce((sum, { count }) => sum + count, 0),
    all.total,
  );
  const basics = await ask("python", { level: "basics" });
  assert.equal(basics.total, all.facets.levels.find(({ value }) => value === "basics")?.count);
  assert.ok(basics.results.every(({ entry }) => entry.level === "basics"));
  assert.deepEqual(basics.facets.levels, all.facets.levels);
  const pages = await ask("python", { kinds: ["page"] });
  assert.deepEqual(
    pages.results.map(({ entry }) => entry.kind),
    ["page"],
  );
  const data = await ask("python", { topic: "data" });
  assert.equal(data.total, all.facets.topics.find(({ value }) => value === "data")?.count);
});

test("results come best first or newest first, page by page, each once", async () => {
  const newest = await ask("python", { order: "newest", limit: 50 });
  const times = newest.results.map(({ entry }) => Number(entry.publishedAt));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  for (const order of ["relevance", "newest"] as const) {
    const whole = paths(await ask("python", { order, limit: 50 }));
    const pages = [1, 2, 3, 4, 5].map((page) => ask("python", { order, page, limit: 4 }));
    assert.deepEqual((await Promise.all(pages)).flatMap(paths), whole);
  }
});

test("what a reader may not open is not found, counted, suggested or shown", async () => {
  await add({
    path: "/secret/",
    title: "Guarded knowledge",
    access: "members",
    text: `Everybody may read this teaser about knowledge.\n\n<!--more-->\n\n## The ${canary} section\n\n${canary} ${canary} hidden python words.`,
  });
  await add({ path: "/draft/", title: `Draft ${canary}`, publishedAt: null, text: "draftonlyword" });
  await add({ path: "/later/", title: `Later ${canary}`, publishedAt: new Date("2999-01-01"), text: "laterword" });
  const asMember = await ask(canary, {}, member);
  assert.deepEqual(paths(asMember), ["/secret/"]);
  assert.match(JSON.stringify(asMember.results[0]?.snippet), new RegExp(canary));

  for (const question of [
    canary,
    canary.slice(0, 6),
    "zanzibarqux",
    "zanzibraquux",
    "draftonlyword",
    "laterword",
    "draftonlywrod",
  ]) {
    const answer = await ask(question);
    assert.equal(answer.total, 0, question);
    assert.equal(answer.corrected ?? answer.suggestion, undefined, question);
    assert.deepEqual(answer.facets, { kinds: [], topics: [], levels: [] }, question);
  }
  const teaser = await ask("guarded knowledge");
  assert.deepEqual(paths(teaser), ["/secret/"]);
  for (const question of ["guarded knowledge", `knowledge ${canary}`, "teaser"]) {
    assert.doesNotMatch(JSON.stringify((await ask(question)).results), new RegExp(canary), question);
  }
  assert.deepEqual(await suggestForAddress(canary), []);

  await saveEntry(
    {
      kind: "tutorial",
      path: "/decorators/",
      title: "A primer on decorators",
      access: "members",
      publishedAt: new Date(),
    },
    await idOf("/decorators/"),
  );
  assert.equal(paths(await ask("wrapper")).includes("/decorators/"), false);
  assert.equal(paths(await ask("wrapper", {}, member)).includes("/decorators/"), true);
});

test("whatever is typed is answered", async () => {
  const pieces = fc.oneof(
    fc.string({ unit: "binary", maxLength: 250 }),
    fc.string({
      unit: fc.constantFrom(
        "'",
        '"',
        "\\",
        ":",
        "*",
        "&",
        "|",
        "!",
        "(",
        ")",
        "<",
        ">",
        "-",
        "a",
        "\0",
        " ",
        "%",
        "\ud800",
      ),
    }),
    fc.constantFrom(...nasty),
  );
  const questions = fc.array(pieces, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" "));
  await fc.assert(
    fc.asyncProperty(questions, async (question) => {
      const answer = await ask(question);
      assert.ok(answer.query.length <= 200);
    }),
    { numRuns: 100 },
  );
});

test("a missing page is answered with titles that have the words of its address", async () => {
  const [first] = await suggestForAddress("2019 python list comprehensions");
  assert.deepEqual(first, { path: "/comprehensions/", title: "List comprehensions", kindLabel: "Tutorial" });
  assert.deepEqual(await suggestForAddress("the"), []);
  assert.deepEqual(await suggestForAddress("' \\ \0 | & !"), []);
});

test("related entries say much about the same things, and know each other", async () => {
  const ids = await Promise.all(["/sorting/", "/comprehensions/", "/dictionaries/"].map(idOf));
  await refreshRelatedFor(ids);
  const [sorting = 0, comprehensions = 0] = ids;
  const related = (await listRelated(sorting, 6)).map(({ id }) => id);
  assert.ok(related.includes(comprehensions));
  assert.ok(!related.includes(sorting));
  assert.ok((await listRelated(comprehensions, 6)).some(({ id }) => id === sorting));
});

function ask(q: string, input: Partial<SearchInput> = {}, viewer: Viewer = anonymous): Promise<SearchAnswer> {
  return searchEntries(viewer, { q, kinds: [], order: "relevance", page: 1, limit: 10, ...input });
}

function paths(answer: SearchAnswer): string[] {
  return answer.results.map(({ entry }) => entry.path);
}

async function idOf(path: string): Promise<number> {
  const id = ids.get(path);
  assert.ok(id !== undefined);
  return id;
}

const ids = new Map<string, number>();

type LibraryEntry = Partial<EntryInput> & Pick<EntryInput, "path" | "title"> & { text: string };

async function add({ text, ...fields }: LibraryEntry, index = 0): Promise<{ id: number }> {
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

const nasty = [
  "' or 1=1 --",
  "'; drop table entries; --",
  "a:*",
  "a & b | !c <-> d",
  "<script>alert(1)</script>",
  "%00%0a",
  "\u202Eabc\u0301\u0489",
  "👩‍👩‍👧‍👦 𝒻𝓊𝓃 ﷽",
  "🇩🇪".repeat(60),
  "a".repeat(1000),
  "a.".repeat(100),
  "-".repeat(200),
  "日本語のテキスト",
  "NULL undefined NaN",
  "{{7*7}} ${7*7}",
];

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
