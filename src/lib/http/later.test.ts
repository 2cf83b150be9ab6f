import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { later, type Routes } from "../app.ts";
import { raw } from "../jsx/jsx-runtime.ts";
import { readTable, writeTable } from "./later.ts";
import { tryServer } from "./try.ts";

const closing: (() => Promise<void>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

const routes: Routes = (router) => {
  const query = z.object({ page: z.coerce.number().default(1) });
  router.get("/rooms/:name/", { access: "anyone", query }, ({ params, query: { page } }) =>
    raw(`${params.name} ${page}`),
  );
  router.get("/secret/", { access: "permission:rooms.open" }, () => raw("secret"));
  router.put("/rooms/:name/", { access: "anyone", csrf: false, body: "raw", bodyLimit: 10 }, ({ body }) =>
    raw(String(body)),
  );
};
const table = readTable(
  writeTable(
    (await tryServer(routes).then((trial) => closed(trial))).server.routes.filter(({ app }) => app === "trial"),
  ),
);

function closed<Trial extends { server: { close: () => Promise<void> } }>(trial: Trial): Trial {
  closing.push(trial.server.close);
  return trial;
}

async function tryLater(routeTable: typeof table) {
  const loads = { count: 0 };
  const load = async () => {
    loads.count += 1;
    return { routes };
  };
  return {
    loads,
    ...closed(await tryServer(() => undefined, { apps: [{ name: "trial", routes: later(load) }], routeTable })),
  };
}

test("a route of the table is answered by its handler, which is loaded once", async () => {
  const { loads, ask } = await tryLater(table);
  assert.equal(loads.count, 0);
  assert.equal((await ask("/rooms/blue/?page=7")).text, "blue 7");
  assert.equal((await ask("/rooms/red/")).text, "red 1");
  assert.equal((await ask("/rooms/red/", { method: "PUT", body: "small" })).text, "small");
  assert.equal((await ask("/rooms/red/", { method: "PUT", body: "larger than ten" })).status, 413);
  assert.equal((await ask("/rooms/red/?page=many")).status, 400);
  assert.equal(loads.count, 1);
});

test("nothing is loaded for who is not let in", async () => {
  const { loads, ask } = await tryLater(table);
  assert.equal((await ask("/secret/")).status, 401);
  assert.equal(loads.count, 0);
});

test("routes that are not what the table says are answered by nobody", async () => {
  const anybodys = table.map((route) => ({ ...route, access: "anyone" }) as const);
  const unbounded = table.map(({ bodyLimit: _bytes, ...route }) => route);
  for (const wrong of [anybodys, unbounded, table.slice(0, 2)]) {
    const { ask, records } = await tryLater(wrong);
    assert.equal((await ask("/rooms/blue/")).status, 500);
    assert.match(JSON.stringify(records), /run \.\/manage routes --write/);
  }
});
