import { saveBody, saveEntry } from "#apps/catalog/saving.ts";
import { levels } from "#apps/catalog/schema.ts";
import { atomic } from "#lib/db.ts";
import { slugify } from "#lib/url.ts";
import { randomNumbers } from "./random.ts";

/** What readers ask: titles, identifiers, common words, beginnings of words, slips and pasted errors. */
export const searchQueries = [
  "python",
  "list",
  "function",
  "python list",
  "decorators",
  "python decorators",
  "list comp",
  "dict.items",
  "list.sort()",
  "__init__",
  "@dataclass",
  "numpy as np",
  "how to read a file in python",
  "async await",
  "for loop",
  "string formatting",
  "f-string",
  "TypeError: 'str' object is not callable",
  'File "app.py", line 12, in <module>',
  "decoratr",
  "pyhton",
  "genrators",
  "asyncoi gather",
  "itera",
  "py",
  "pandas datafr",
  "unit testing with pytest fixtures",
  "class inheritance",
  "sort a list of dictionaries by value",
  "virtual environment",
  '"context manager"',
  "regular expression lookahead",
  "os.path.join",
  "import module error",
  "machine learning model",
  "C++",
  "node.js server",
  "pip install --upgrade",
  "xyzzyplugh",
  "a",
];

const subjects = (
  "Decorators Generators Closures Iterators Dictionaries Lists Tuples Sets Strings Files Classes Inheritance Modules " +
  "Packages Exceptions Logging Testing Pytest Asyncio Threads Processes Sockets Regex Dates Numbers Recursion Sorting " +
  "Comprehensions Dataclasses Enums Protocols Typing Pandas NumPy Matplotlib Django Flask FastAPI SQLAlchemy Redis " +
  "Celery Docker Kubernetes Git Node.js React TypeScript C++ Rust Postgres"
).split(" ");
const angles = (
  "A Primer on|Understanding|Working With|Advanced|Getting Started With|Common Mistakes With|Testing|Debugging|" +
  "A Practical Guide to|Speeding Up|Refactoring|How to Think About"
).split("|");
const places = "in Python|for Beginners|in Production|Step by Step|by Example|at Scale|the Right Way|on the Web".split(
  "|",
);
const common = (
  "the a of to in and is that for it as with on be this you can are or by an from your will if not use python code " +
  "function list value when class data object return file import string method name module type example which then " +
  "have each all what how new one two call same they into first line error variable argument dictionary loop index " +
  "instance attribute test run write read create set number key result program package default library output " +
  "decorator generator iterator async await context manager exception dataframe request server database query"
).split(" ");
const snippets = [
  "def {0}(self, {1}):\n    return self.{1}.items()\n",
  "for {0} in range(10):\n    print({0})\n",
  "import numpy as np\n{0} = np.array([1, 2, 3])\n",
  "class {0}:\n    def __init__(self, {1}):\n        self.{1} = {1}\n",
  "@dataclass\nclass {0}:\n    {1}: str = ''\n",
  "{0} = [x.{1} for x in os.listdir('.')]\n{0}.sort(key=len)\n",
  "async def {0}():\n    await asyncio.gather({1}())\n",
  ">>> {0}()\nTypeError: 'str' object is not callable\n",
];

/**
 * Fills the catalog with made-up tutorials of about 10 KB in eight sections, always the same ones. Their words follow
 * Zipf's law, so that some are in every entry and thousands in only a few.
 */
export async function loadSearchCorpus(count: number): Promise<number[]> {
  const random = randomNumbers(1);
  const words = makeWords(30_000, random);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] ?? from[0]!;
  const zipf = (): string => words[Math.floor(words.length ** random()) - 1] ?? "the";
  const sentence = (length: number): string => Array.from({ length }, zipf).join(" ");
  const code = (): string => pick(snippets).replaceAll("{0}", `${zipf()}_${zipf()}`).replaceAll("{1}", zipf());

  const makeSection = (index: number) => ({
    anchor: `section-${index}`,
    heading: index === 0 ? "" : `${pick(angles)} ${pick(subjects)}: ${sentence(3)}`,
    text: Array.from({ length: 12 }, () => `${sentence(14)}.`).join(" "),
    code: Array.from({ length: 3 }, code).join("\n"),
    teaser: index === 0,
  });

  const save = async (number: number): Promise<number> => {
    const subject = pick(subjects);
    const title = `${pick(angles)} ${subject} ${pick(places)}`;
    const entry = await saveEntry({
      kind: number % 10 === 0 ? "page" : "tutorial",
      path: `/${slugify(title)}-${number}/`,
      title,
      summary: `${sentence(16)}.`,
      access: number % 7 === 0 ? "members" : "public",
      level: levels[number % 3],
      publishedAt: new Date(Date.UTC(2020, 0, 1) + number * 3_600_000),
      topics: [subject, pick(subjects)].map((name) => ({ slug: slugify(name), name })),
    });
    const sections = Array.from({ length: 8 }, (_, index) => makeSection(index));
    await saveBody(entry.id, {
      source: "",
      html: "",
      teaser: "",
      headings: [],
      features: {},
      renderedWith: "",
      readingMinutes: 8,
      images: [],
      sections,
    });
    return entry.id;
  };

  const ids: number[] = [];
  while (ids.length < count) {
    await atomic(async () => {
      for (let batch = 0; batch < 100 && ids.length < count; batch++) ids.push(await save(ids.length));
    });
  }
  return ids;
}

function makeWords(count: number, random: () => number): string[] {
  const syllables = "ba ce di fo gu la me ni po ru sa te vi lo zu kra ble stri tion ment per con pro ver tal".split(
    " ",
  );
  const syllable = (): string => syllables[Math.floor(random() * syllables.length)] ?? "ba";
  const made = Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join(""),
  );
  return [...common, ...made];
}
