import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { lint, type Facts } from "./lint.ts";
import { closeLinter, lintAside, LinterBusy } from "./lint/aside.ts";
import { parseHouseStyle } from "./lint/house-style.ts";

after(closeLinter);

async function found(source: string, facts: Facts = {}): Promise<string[]> {
  return (await lint(source, facts)).map(({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`);
}
async function rules(source: string, facts: Facts = {}): Promise<string[]> {
  return (await lint(source, facts)).map(({ line, column, rule }) => `${line}:${column} ${rule}`);
}

async function spelled(source: string, words: string[] = []): Promise<string[]> {
  const told = await found(source, { spelling: true, houseStyle: { words, rules: [] } });
  return told.map((line) => line.replace(/ is in .*/, ""));
}
// Whoever scans this file for secrets shall find none.
const glue = (...parts: string[]): string => parts.join("");
const fence = (language: string, code: string): string => `\`\`\`${language}\n${code}\n\`\`\`\n`;

test("a text in which nothing is wrong has no findings", async () => {
  const source = `Some prose with \`code\`.\n\n## A part\n\n${fence("python", "print('hello')")}\n![A cat](cat.png)\n`;
  assert.deepEqual(await found(source, { title: "A title", summary: "A summary.", spelling: true }), []);
});

describe("links", () => {
  const facts: Facts = {
    path: "/here/",
    entries: {
      "/there/": { isPublic: true, anchors: ["part"] },
      "/draft/": { isPublic: false },
      "/here/": { isPublic: true },
    },
    reserved: ["search"],
    broken: { "https://example.org/gone": "It answers 404." },
  };
  test("that lead to nothing, to no section or to a draft are told with line and column", async () => {
    const source = [
      "[a](/there/#part) [b](/there/#none) [c](/nowhere/)",
      "[d](/draft/) [e](#own) [f](/search/?q=x) [g](/)",
      "",
      "## Own",
    ].join("\n");
    assert.deepEqual(await found(source, facts), [
      "1:23 links There is no section #none on /there/.",
      "1:41 links Nothing on this site has the address /nowhere/.",
      "2:5 links /draft/ is not public yet: readers who follow this link find nothing.",
    ]);
  });
  test("elsewhere count as the last look found them", async () => {
    assert.deepEqual(await found("See [x](https://example.org/gone#part) and <https://example.org/>.", facts), [
      "1:9 links https://example.org/gone is broken. It answers 404.",
    ]);
  });
  test("are not judged by what nobody knows, and not in code", async () => {
    assert.deepEqual(await found("[c](/nowhere/)"), []);
    assert.deepEqual(await found(`\`[c](/nowhere/)\`\n\n${fence("md", "[c](/nowhere/)")}`, facts), []);
  });
});

test("pictures need a description and a size for readers", async () => {
  const huge = { format: "png", width: 6000, height: 4000, sizeBytes: 9_000_000 };
  const svg = { format: "svg", width: 10, height: 10, sizeBytes: 900_000 };
  const fine = { format: "png", width: 800, height: 600, sizeBytes: 90_000 };
  const source = "![](a.png)\n\nText ![x](/media/b.png)\n\n![y](/media/c.svg) ![z](/media/d.png)\n";
  const pictures = { "/media/b.png": huge, "/media/c.svg": svg, "/media/d.png": fine };
  assert.deepEqual(await found(source, { pictures }), [
    "1:5 alt The picture a.png has no description: say in the brackets what it shows.",
    "3:11 pictures The picture has 6000 × 4000 pixels: half of that is enough.",
    "5:6 pictures The drawing has 0.9 MB, and every reader loads all of it.",
  ]);
});

test("headings keep their order, and blocks are those of the dialect", async () => {
  assert.deepEqual(await rules("## One\n\n#### Two\n\n::: nonsense\nx\n:::\n\n[^none]\n"), [
    "3:1 headings",
    "5:1 blocks",
    "9:1 dialect",
  ]);
});

describe("code", () => {
  test("that does not parse is told where it breaks, in each language", async () => {
    const broken = [
      ["python", "x = 1\nfor x in range(3)\n    print(x)", "3:18"],
      ["js", "const x = ;", "2:11"],
      ["ts", "let x: = 2;", "2:8"],
      ["json", '{"a": 1,, "b": 2}', "2:9"],
      ["bash", "if true; then\n  echo", "2:1"],
      ["console", "$ ls\nfile\n$ echo 'open", "4:8"],
      ["pycon", ">>> x = (1 +* 2)\n3", "2:13"],
    ] as const;
    for (const [language, code, place] of broken) {
      const [first = ""] = await found(fence(language, code));
      assert.match(first, new RegExp(`^${place} code This .+ does not parse: .+\\.$`), `${language}: ${first}`);
    }
  });
  test("that parses, or is a part that readers know to be one, is fine", async () => {
    const fine = [
      ["python", "    indented = 1\n    more = 2"],
      ["python", "else:\n    # do something"],
      ["python", "with (open(a) as b, open(c) as d):\n    pass"],
      ["python", "@app.routes[0].get\ndef f(x: int | None = 0.) -> T: ..."],
      ["python", ">>> def f(x):\n...     return x\n...\n>>> f(\nSyntaxError: '(' was never closed"],
      ["python", ">>> x = {\n    1: 2,\n}\n>>> x\n{1: 2}"],
      ["ipython", "In [1]: %timeit x\nIn [2]: x?"],
      ["jsx", "const a = <b>{...x}</b>;"],
      ["tsx", "function f<T>(x: T) { return <b>{x as string}</b>; }"],
      ["javascript", "function f() {\n  ...\n}\nf([1, ...]);"],
      ["json", '{"a": [1, ...]}'],
      ["json", '{"a": 1}\n{"a": 2}'],
      ["jsonc", "// a comment\n{}"],
      ["bash", "cd <folder>\ncat <<END\nx\nEND\nexport A=(1 2)"],
      ["console", "(venv) $ pip install x \\\n> y\nSuccess"],
      ["output", "if ( what {"],
      ["rust", "fn ( {"],
      ['python del="2"', "x = 1\nx = = 2"],
    ] as const;
    for (const [language, code] of fine)
      assert.deepEqual(await found(fence(language, code)), [], `${language}\n${code}`);
  });
  test("in a list stands where it stands", async () => {
    assert.deepEqual(await rules("- item\n\n  ```js\n  const x = ;\n  ```\n"), ["4:13 code"]);
  });
  test("lines that are wider than the page are told, but not those of a program", async () => {
    const wide = `x = "${"y".repeat(90)}"`;
    assert.deepEqual(await rules(fence("python", wide) + fence("output", wide)), ["2:81 long-lines"]);
    assert.deepEqual(await rules(fence("console", `$ cat x\n${wide}\n$ echo ${"y".repeat(80)}`)), ["4:81 long-lines"]);
  });
});

test("a comment silences a rule for the block that follows it, and for no other", async () => {
  const bad = fence("js", "const x = ;");
  assert.deepEqual(await rules(`<!-- lint-off code -->\n\n${bad}\n${bad}`), ["8:11 code"]);
  assert.deepEqual(await rules(`<!-- lint-off -->\n${bad}`), []);
  assert.deepEqual(await rules(`<!-- lint-off spelling -->\n${bad}`), ["3:11 code"]);
});

test("titles and summaries are those that search results show whole", async () => {
  const title = "W".repeat(31);
  assert.deepEqual(await found("x", { title: "i".repeat(100), summary: "s".repeat(160) }), []);
  assert.deepEqual(await found("x", { title, summary: "s".repeat(161) }), [
    "1:1 title The title is 585 pixels wide, and search results cut it at 580: shorten it.",
    "1:1 summary The summary has 161 characters, and search results cut it at 160: shorten it.",
  ]);
  assert.deepEqual(await rules("x", { title: " ", summary: "" }), ["1:1 title", "1:1 summary"]);
});

describe("spelling", () => {
  test("hints at words that no dictionary has, once each", async () => {
    assert.deepEqual(await spelled("A recieved pakage.\n\nThe recieved one."), [
      "1:3 spelling “recieved”",
      "1:12 spelling “pakage”",
    ]);
  });
  test("knows both sides of the Atlantic, the words of the trade and those of the house", async () => {
    assert.deepEqual(
      await spelled("The colour of behaviour, organised by async coroutines and iterables, travelled."),
      [],
    );
    assert.deepEqual(await spelled("Our frobnicators and a frobnicator’s.", ["frobnicator"]), []);
  });
  test("leaves out code, links, names, tags and attributes", async () => {
    const source = [
      "`zzqx` [text](/zzqx/) <zzqx@example.org> https://example.org/zzqx Zzqx zzQx zzqx.py **L**ocal $zzqx$ {{ zzqx }}",
      "",
      "![A cat](zzqx.png){.zzqx} <span title='zzqx'>",
      "",
      "::: zzqx",
      ":::",
      "",
      "[zzqx]: /zzqx/",
      "",
      fence("zzqx", "zzqx"),
    ].join("\n");
    assert.deepEqual(
      (await rules(source, { spelling: true })).filter((line) => line.includes("spelling")),
      [],
    );
  });
});

describe("house style", () => {
  test("finds patterns in prose, code and title, and nowhere else", async () => {
    const houseStyle = parseHouseStyle(
      [
        "rules:",
        '  - { pattern: "\\\\bsimply\\\\b", message: "Nothing is simple.", severity: error, case: false }',
        '  - { pattern: "foo", message: "Say what it is.", in: code, severity: hint }',
        '  - { pattern: "!$", message: "No shouting.", in: title }',
      ].join("\n"),
      "house.yaml",
    );
    const source = `It is Simply \`simply\` foo.\n\n${fence("text", "foo simply")}`;
    const told = await lint(source, { houseStyle, title: "Wow!", summary: "x" });
    assert.deepEqual(
      told.map(({ line, column, severity, message }) => `${line}:${column} ${severity} ${message}`),
      ["1:4 warning No shouting.", "1:7 error Nothing is simple.", "4:1 hint Say what it is."],
    );
  });
  test("that cannot be read is told with its lines", () => {
    const wrong =
      "words: [x]\nrules:\n  - pattern: '('\n    message: x\n  - { pattern: x, message: y, severity: loud }\n";
    assert.throws(() => parseHouseStyle(wrong, "house.yaml"), {
      message:
        "house.yaml:3: rules.0.pattern is not a regular expression\nhouse.yaml:5: rules.1.severity must be error, warning or hint",
    });
    assert.throws(() => parseHouseStyle("rules:\n  - {", "house.yaml"), /^UserError: house\.yaml:2: /);
  });
  test("a pattern that would never end is left, and said so", async () => {
    const houseStyle = parseHouseStyle("rules: [{ pattern: '(a+)+$', message: x }]", "house.yaml");
    const [only] = await found(`${"a".repeat(60)}b`, { houseStyle });
    assert.equal(
      only,
      "1:1 house-style The pattern (a+)+$ of the house style takes too long for this text, so it was not looked for.",
    );
  });
});

describe("secrets", () => {
  test("of known forms are found in code and prose", async () => {
    const real = [
      glue("AKIA", "Q3EGTV5HW2LXN7RB"),
      glue("ghp_", "Zk3vQ9mT1xW7cR5nB2yL8pD4sF6gH0jK1aSx"),
      glue("sk_", "live_4eC39HqLyjWDkjtT1zdp7dcQ"),
      glue("xoxb-", "2480193847-aGh29fkQpLmZx"),
      glue("-----BEGIN RSA ", "PRIVATE KEY-----"),
      glue('API_KEY = "', 'q8Zt2Lk9Vx4Rn7Wp3Ys6Bm1Hd5"'),
    ];
    for (const secret of real)
      assert.deepEqual(await rules(fence("text", secret)), [`2:${secret.startsWith("API") ? 12 : 1} secrets`], secret);
  });
  test("that are examples, names or hashes are not", async () => {
    const fine = [
      "AKIAIOSFODNN7EXAMPLE",
      'api_key = "your-api-key-goes-here-1"',
      "SECRET_KEY = os.environ['DJANGO_SECRET_KEY_2024']",
      "token = tokenizer.encode_plus_special_tokens_v2",
      "password: correct-horse-battery-staple-42",
      "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      "csrf_token = get_token_from_request2(request)",
    ];
    for (const line of fine) assert.deepEqual(await rules(fence("text", line)), [], line);
  });
});

test("nothing that somebody writes keeps the linter for long or breaks it", async () => {
  const hostile = ["`", "[", "](", "<a ", "{%", "$a", "*a", "::: a\n", "# ", "{", "\\", "~~~\n", "1.", "a.b/"].map(
    (part) => part.repeat(20_000 / part.length),
  );
  for (const source of hostile) {
    for (const shape of [source, fence("python", source), fence("json", source)]) await lint(shape, { spelling: true });
  }
});

test("a process of its own finds the same, one text after the other, and is started again when it has died", async () => {
  const source = "## One\n\n#### Two\n";
  const [one, two] = await Promise.all([lintAside(source, {}), lintAside("![](x.png)", { spelling: true })]);
  assert.deepEqual(one, await lint(source));
  assert.deepEqual(two, await lint("![](x.png)"));
  closeLinter();
  assert.deepEqual(await lintAside(source, {}), one);
});

test("whoever has waited long enough is told so, and the text after that is read by the same process", async () => {
  await assert.rejects(lintAside("## One\n", {}, 0), LinterBusy);
  // The first is read all the same.
  const waiting = Array.from({ length: 19 }, () => lintAside("", {}));
  await assert.rejects(lintAside("", {}), LinterBusy);
  assert.deepEqual((await Promise.all(waiting)).flat(), []);
});
