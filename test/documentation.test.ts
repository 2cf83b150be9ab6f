import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import "./helpers/environment.ts";
import { apps, checks } from "#apps.ts";
import { occasions } from "#apps/operations/alerts.ts";
import { settingNames } from "#config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

test("every setting has a heading in docs/configuration.md, and every heading a setting", () => {
  const headings = [...read("docs/configuration.md").matchAll(/^## (\w+)$/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(new Set(headings), new Set(settingNames));
});

test("the table of apps in the README says what the apps say of themselves, roof first", () => {
  const rows = [...read("README.md").matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map((match) => [match[1], match[2]]);
  assert.deepEqual(
    rows,
    apps.map((app) => [app.name, app.about]),
  );
});

test("every check and every alert has its row in docs/operating.md, and no other has", () => {
  const [, section = ""] = /^## Alerts$([^]*?)^## /m.exec(read("docs/operating.md")) ?? [];
  const first = [...section.matchAll(/^\| (\*.+?) \|/gm)].map((match) => match[1] ?? "");
  const rows = first.flatMap((cell) => [...cell.matchAll(/\*(.+?)\*/g)].map((match) => match[1] ?? ""));
  // Asked by `./manage check` alone, as the others cannot be asked without it.
  assert.deepEqual(
    rows.toSorted(inOrder),
    [...occasions, "database", ...checks.map(({ name }) => name)].toSorted(inOrder),
  );
});

test("links between the documents lead somewhere", () => {
  for (const file of globSync(["*.md", "docs/**/*.md"], { cwd: root })) {
    for (const [, target = ""] of prose(read(file)).matchAll(/\]\((?!https?:|#|\/)([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, dirname(file), target)), `${file} links to ${target}`);
    }
  }
});

function inOrder(one: string, other: string): number {
  return one < other ? -1 : 1;
}

// Code shows how links are written.
function prose(text: string): string {
  return text.replace(/^(`{3,})[\s\S]*?^\1|`[^`\n]+`/gm, "");
}
