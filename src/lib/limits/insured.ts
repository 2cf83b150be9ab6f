import { createBreaker } from "./breaker.ts";
import { createLocalStore } from "./local.ts";
import type { RemoteStore, Store } from "./store.ts";

/** A store that counts in memory while the other one is away. It is opened when it is asked first. */
export function insure(options: {
  name: string;
  open: () => Promise<RemoteStore>;
  limitMs?: number;
  restMs?: number;
}): Store & { close: () => Promise<void> } {
  const { open, ...limits } = options;
  const local = createLocalStore();
  let opened: Promise<RemoteStore> | undefined;
  const remote = () => (opened ??= open());
  const run = createBreaker({ ...limits, probe: async () => (await remote()).probe() });

  const insured = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    try {
      return await run(async () => work(await remote()));
    } catch {
      return await work(local);
    }
  };
  return {
    add: (additions) => insured((store) => store.add(additions)),
    read: (key) => insured((store) => store.read(key)),
    remove: (key) => insured((store) => store.remove(key)),
    close: async () => (await opened)?.close(),
  };
}
