import assert from "node:assert/strict";
import { test } from "node:test";
import { readFence } from "./fences.ts";
import { renderMarkdown } from "./markdown.ts";
import { readSession } from "./sessions.ts";

async function code(source: string): Promise<string> {
  return (await renderMarkdown(source)).html;
}

test("a code block has its name, language, numbers and line classes", async () => {
  const html = await code('```python title="app.py" linenums hl_lines="1" ins="2" del="3"\na = 1\nb = 2\nc\n```');
  assert.match(
    html,
    /^<code-block class="code"><div class="code-bar"><span class="code-name">app.py<\/span><span class="code-lang">Python<\/span><\/div>/,
  );
  assert.match(
    html,
    /<pre class="code-body numbered" tabindex="0" role="group" aria-label="Python code: app.py"><code>/,
  );
  assert.match(
    html,
    /<span class="line mark">a <span class="t-o">=<\/span> <span class="t-n">1<\/span><\/span>\n<span class="line add">[^]*\n<span class="line del">c<\/span>\n<\/code>/,
  );
});

test("tokens get role classes and no style", async () => {
  const html = await code(
    '```python\n@decorate\ndef greet(name: str):  # say\n    """Doc."""\n    return f"Hi {name}\\n" if name is not None else print(1)\n```',
  );
  for (const token of [
    "d:@decorate",
    "k:def",
    "f:greet",
    "v:name",
    "t:str",
    "c:# say",
    "k:return",
    "b:None",
    "b:print",
    "n:1",
    "e:}\\n",
  ]) {
    const [role, text] = token.split(/:(.*)/s);
    assert.ok(html.includes(`<span class="t-${role}">${text}</span>`), token);
  }
  assert.doesNotMatch(html, / style=/);
});

test("the opening line of a fence is read in every form", () => {
  assert.deepEqual([...readFence("js {1,3-5}").marked], [1, 3, 4, 5]);
  assert.deepEqual([...readFence('py hl_lines="2 4-6"').marked], [2, 4, 5, 6]);
  assert.equal(readFence("python:src/app.py").title, "src/app.py");
  assert.equal(readFence("python file=app.py").title, "app.py");
  assert.equal(readFence("go {linenos=true}").numbered, true);
  assert.equal(readFence("go {linenos=false}").numbered, false);
  assert.equal(readFence("{.python .numberLines}").language, "python");
  assert.equal(readFence("{.python .numberLines}").numbered, true);
  assert.equal(readFence("", { id: undefined, classes: ["language-python"], values: new Map() }).language, "python");
  assert.deepEqual(readFence("x hl_lines='1-99999999999 a 3-'"), { ...readFence("x"), marked: new Set() });
});

test("a Python session keeps prompts, input and output apart", async () => {
  const html = await code("```python\n>>> for i in [1]:\n...     i\n...\n1\n>>> x = '''a\n... b'''\n```");
  assert.match(html, /^<code-block class="code" data-session>/);
  assert.match(html, /<span class="line"><span class="prompt">&gt;&gt;&gt; <\/span><span class="t-k">for<\/span>/);
  assert.match(
    html,
    /<span class="line"><span class="prompt">\.\.\.<\/span><\/span>\n<span class="line output">1<\/span>/,
  );
  assert.match(html, /<span class="prompt">\.\.\. <\/span><span class="t-s">b'''<\/span>/);
  assert.equal((await renderMarkdown("```pycon\n>>> 1\n```")).features.sessions, true);
  assert.equal((await renderMarkdown("```python\nx >>> 1\n```")).features.sessions, false);
});

test("comments between the inputs of a Python session are neither prompts nor output", () => {
  assert.deepEqual(prompts("# First.\n# Then.\n>>> 1\n1\n# output\n\n# Last.\n>>> 2", "python"), [
    "|# First.",
    "|# Then.",
    ">>> |1",
    "out 1",
    "out # output",
    "out ",
    "|# Last.",
    ">>> |2",
  ]);
  assert.equal(prompts("# Only a comment.\nx >>> 1", "python"), undefined);
});

function prompts(source: string, language: string): string[] | undefined {
  const session = readSession(source, language);
  return session?.lines.map(({ prompt, text, output }) => (output ? `out ${text}` : `${prompt}|${text}`));
}

test("shells on every system have their prompts", () => {
  assert.deepEqual(prompts("$ a \\\n  b\nout\n# root\n(venv) $ c", "console"), [
    "$ |a \\",
    "|  b",
    "out out",
    "# |root",
    "(venv) $ |c",
  ]);
  assert.deepEqual(prompts("ada@host:~/x$ ls", "shell-session"), ["ada@host:~/x$ |ls"]);
  assert.deepEqual(prompts("PS C:\\x> dir\nPS> a\nC:\\> b\nout", "doscon"), [
    "PS C:\\x> |dir",
    "PS> |a",
    "C:\\> |b",
    "out out",
  ]);
  assert.deepEqual(prompts("In [1]: 1\n   ...: 2\nOut[1]: 3", "ipython"), [
    "In [1]: |1",
    "   ...: |2",
    "out Out[1]: 3",
  ]);
  assert.equal(prompts("# a comment\nls", "bash"), undefined);
  assert.deepEqual(prompts("$ ls\nx", "bash"), ["$ |ls", "out x"]);
});

test("output, errors and differences say what they are", async () => {
  assert.match(
    await code("```output\n1\n```"),
    /^<code-block class="code output"><div class="code-bar"><span class="code-name">Output<\/span><\/div>.*aria-label="Output"/,
  );
  assert.match(
    await code("```pytb\nTraceback\n```"),
    /^<code-block class="code error">.*<span class="code-name">Traceback<\/span>/,
  );
  assert.match(
    await code("```diff\n--- a\n-x\n+y\n z\n```"),
    /<span class="line">--- a<\/span>\n<span class="line del">-x<\/span>\n<span class="line add">\+y<\/span>\n<span class="line"> z<\/span>/,
  );
});

test("aliases are known, and unknown languages are plain text without a complaint", async () => {
  for (const [name, printed] of Object.entries({
    py: "Python",
    js: "JavaScript",
    sh: "Shell",
    htmldjango: "Django template",
    jinja: "Jinja",
    rs: "Rust",
    console: "Console",
  })) {
    assert.match(await code(`\`\`\`${name}\nx\n\`\`\``), new RegExp(`<span class="code-lang">${printed}</span>`), name);
  }
  const unknown = await renderMarkdown("```nobodyknows\n<x>\n```");
  assert.match(unknown.html, /<span class="line">&lt;x&gt;<\/span>/);
  assert.deepEqual(unknown.problems, []);
});

test("blank lines and trailing blanks of code stay", async () => {
  assert.match(
    await code("```text\na \n\n\nb\n\n```"),
    /<code><span class="line">a <\/span>\n<span class="line"><\/span>\n<span class="line"><\/span>\n<span class="line">b<\/span>\n<span class="line"><\/span>\n<\/code>/,
  );
});
