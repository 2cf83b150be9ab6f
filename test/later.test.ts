import { registerHooks } from "node:module";
import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { urls } from "#urls.ts";

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});
const { visit, visitOk } = await import("./helpers/site.ts");
const { newVisitor } = await import("./helpers/visitor.ts");

const areLoaded = (app: string): boolean => [...loaded].some((url) => url.includes(`/apps/${app}/views/`));

test("a process that serves readers has not loaded what the staff works with", async () => {
  await visitOk(urls.home());
  await visitOk("/python-lists/");
  assert.equal((await visit(urls.desk())).status, 303);
  for (const app of ["desk", "admin", "staff"]) assert.ok(!areLoaded(app), app);
});

test("it loads an app's pages when somebody who may see them asks", async () => {
  const owner = await newVisitor("otto");
  assert.equal((await owner.get(urls.desk())).status, 200);
  assert.ok(areLoaded("desk"));
  assert.ok(!areLoaded("admin"));
});

test("src/routes.txt says what is declared of the routes that are loaded later", async () => {
  const { tableOfLaterRoutes } = await import("../src/commands/tools.ts");
  const { routeTable } = await import("../src/site.tsx");
  assert.equal(readFileSync(routeTable, "utf8"), await tableOfLaterRoutes(), "Run ./manage routes --write.");
});
