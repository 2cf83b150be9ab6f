import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { together } from "./together.ts";

test("what is asked for while work is under way is done at once, a part at a time, and answered when it is done", async () => {
  const done: number[][] = [];
  let go = Promise.withResolvers<void>();
  const ask = together<number>(
    async (items) => {
      await go.promise;
      done.push([...items]);
    },
    { most: 3 },
  );
  const answered: number[] = [];
  const asked = [1, 2, 3, 4, 5, 6].map((n) => ask(n).then(() => answered.push(n)));
  assert.deepEqual(answered, []);
  go.resolve();
  await Promise.all(asked);
  assert.deepEqual(done, [[1], [2, 3, 4], [5, 6]]);
  assert.deepEqual(answered, [1, 2, 3, 4, 5, 6]);
});

test("one that fails fails for its caller alone, and the next are done", async () => {
  const ask = together<string>(
    async (items) => {
      if (items.includes("bad")) throw new Error(`cannot ${items.join(" ")}`);
    },
    { most: 10 },
  );
  const results = await Promise.allSettled(["good", "fine", "bad", "well"].map(ask));
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled"],
  );
  await assert.rejects(ask("bad"), { message: "cannot bad" });
  await ask("good");
});

test("it is done in nobody's context", async () => {
  const contexts = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const ask = together<string>(async () => void seen.push(contexts.getStore()), { most: 10 });
  await Promise.all(["one", "two"].map((name) => contexts.run(name, () => ask(name))));
  assert.deepEqual(seen, [undefined, undefined]);
});
