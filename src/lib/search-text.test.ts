import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { chunksOf, isWeak, stem, type Chunk } from "./search-text.ts";
import { indexFields } from "./search-vector.ts";

test("code is read as written, with the other names and the words it has", () => {
  const expected: [text: string, chunks: string][] = [
    ["__init__", "__init__ = init"],
    ["list.sort()", "list.sort = .sort = list sort"],
    ["names.sort(key=len)", "names.sort = .sort = names sort, key, len"],
    ["os.path.join(a)", "os.path.join = path.join = .join = os path join, a"],
    ["'x'.join(y)", "x, .join = join = join, y"],
    ["@dataclass", "@dataclass = dataclass = dataclass"],
    ["mail@example.org", "mail, example.org = .org = example org"],
    ["Node.js", "node.js = nodejs = .js = node js"],
    ["C++ and C#, i++", "c++, and, c#, i++"],
    ["f-strings", "f-strings = fstrings = f-string = f strings"],
    ["TypeError", "typeerror (type error)"],
    [
      "document.getElementById",
      "document.getelementbyid = .getelementbyid = document getelementbyid (get element by id)",
    ],
    ["read_csv", "read_csv = read csv"],
    ["pip install --upgrade -m", "pip, install, --upgrade = upgrade = upgrade, -m = m = m"],
    ["a - b, x-1", "a, b, x-1 = x 1"],
    ["x := a // 2", "x, :=, a, //, 2"],
    [">>> https://python.org/3.14", "https, python.org = .org = python org, 3.14 = 3 14"],
    ["Python's don't ‘str’", "python, dont, str"],
    ["Café Ωmega", "cafe, ωmega"],
  ];
  for (const [text, chunks] of expected) assert.equal([...chunksOf(text)].map(describe).join(", "), chunks, text);
});

test("a chunk stands where it was found", () => {
  const text = "Use @cache on os.path here";
  assert.deepEqual(
    [...chunksOf(text)].map(({ start, end }) => text.slice(start, end)),
    ["Use", "@cache", "on", "os.path", "here"],
  );
});

test("inflected words have one stem, and different words have different ones", () => {
  for (const words of [
    "list lists listed listing",
    "cache caches cached caching",
    "class classes",
    "query queries",
    "run runs running",
    "use used using uses",
    "type types typed typing",
    "decorator decorators",
  ]) {
    assert.equal(new Set(words.split(" ").map(stem)).size, 1, words);
  }
  for (const words of ["general generator", "string strip", "status state", "this thing", "need nest"]) {
    assert.equal(new Set(words.split(" ").map(stem)).size, 2, words);
  }
});

test("small words and operators are weak", () => {
  assert.deepEqual(["the", ":=", "list", "c++", "_"].map(isWeak), [true, true, false, false, false]);
});

test("any text is read without failing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      for (const { whole, start, end } of chunksOf(text)) assert.ok(whole !== "" && start < end);
    }),
  );
});

test("what is longer than any name is passed over at once", () => {
  const long = ["a", "a.", "a-", "_a", "é", "aB"].map((unit) => unit.repeat(200_000));
  assert.deepEqual([...chunksOf(long.join(" "))], []);
});

test("fields become a vector with the weight of each, no phrase reaching from one into the next", () => {
  const { vector, words } = indexFields([
    { text: "Sorting lists", weight: "A" },
    { text: "list.sort() of TypeError", weight: "D" },
  ]);
  assert.equal(
    vector,
    "'sorting':1A 'sort':1A,14D 'lists':2A 'list':2A,13D 'list.sort':13D '.sort':13D 'of':15D " +
      "'typeerror':16D 'type':16D 'typ':16D 'error':17D",
  );
  assert.deepEqual([...words], ["sorting", "lists", "list", "sort", "typeerror", "type", "error"]);
});

test("a huge text makes a vector that Postgres takes", () => {
  const text = Array.from({ length: 40_000 }, (_, index) => `𝒻${index.toString(36)}wörter`).join(" ");
  assert.ok(indexFields([{ text, weight: "C" }]).vector.length < 1_000_000);
});

function describe({ whole, aliases, words, humps }: Chunk): string {
  const plain = words.length === 1 && words[0] === whole;
  const parts = [whole, ...aliases, ...(plain || words.length === 0 ? [] : [words.join(" ")])].join(" = ");
  return humps.length > 0 ? `${parts} (${humps.join(" ")})` : parts;
}
