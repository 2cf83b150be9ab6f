import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { insure } from "./insured.ts";
import { createLocalStore } from "./local.ts";
import type { RemoteStore } from "./store.ts";

const tries = { key: "sign-in:203.0.113.9", points: 1, seconds: 60 };

function fakeStore() {
  const shared = createLocalStore();
  const state = { mode: "well" as "well" | "silent" | "failing", calls: 0, probes: 0 };
  const answer = async <T>(value: () => Promise<T>): Promise<T> => {
    if (state.mode === "silent") return new Promise<T>(() => undefined);
    if (state.mode === "failing") throw new Error("connection refused");
    return value();
  };
  const remote: RemoteStore = {
    add: (additions) => {
      state.calls += 1;
      return answer(() => shared.add(additions));
    },
    read: (key) => answer(() => shared.read(key)),
    remove: (key) => answer(() => shared.remove(key)),
    probe: async () => {
      state.probes += 1;
      await answer(async () => undefined);
    },
    close: () => undefined,
  };
  return { remote, state, shared };
}

for (const mode of ["silent", "failing"] as const) {
  test(`while the store is ${mode}, the process counts for itself, and asks the store once`, async () => {
    const { remote, state } = fakeStore();
    const store = insure({ name: "trial", open: async () => remote, limitMs: 20, restMs: 3_600_000 });
    state.mode = mode;
    const used: number[] = [];
    for (let each = 0; each < 50; each += 1) used.push((await store.add([tries]))[0]?.points ?? 0);
    assert.deepEqual(
      used,
      Array.from({ length: 50 }, (_, each) => each + 1),
    );
    assert.equal(state.calls, 1);
  });
}

test("a store that cannot be opened is no reason to fail", async () => {
  const store = insure({ name: "trial", open: () => Promise.reject(new Error("no such host")) });
  assert.equal((await store.add([tries]))[0]?.points, 1);
  assert.equal((await store.read(tries.key))?.points, 1);
  await store.remove(tries.key);
  assert.equal(await store.read(tries.key), undefined);
});

test("when the store is back, it is asked again, and nobody waits for finding out", async () => {
  const { remote, state, shared } = fakeStore();
  const store = insure({ name: "trial", open: async () => remote, limitMs: 20, restMs: 0 });
  await store.add([tries]);
  state.mode = "failing";
  await store.add([tries]);
  await store.add([tries]);
  assert.equal((await shared.read(tries.key))?.points, 1);
  state.mode = "well";
  const before = state.probes;
  while (((await shared.read(tries.key))?.points ?? 0) < 2) await store.add([tries]);
  assert.ok(state.probes > before);
});
