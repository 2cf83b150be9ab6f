import { createBreaker } from "./breaker.ts";
import { createLocalStore } from "./local.ts";
import type { RemoteStore, Store } from "./store.ts";

export interface InsuredStore extends Store {
  /** Fails while the other one is away. */
  probe: () => Promise<void>;
  close: () => Promise<void>;
}

/** A store that counts in memory while the other one is away. It is opened when it is asked first. */
export function insure(options: {
  name: string;
  open: () => Promise<RemoteStore>;
  limitMs?: number;
  restMs?: number;
}): InsuredStore {
  const { open, ...limits } = options;
  const local = createLocalStore();
  let opened: Promise<RemoteStore> | undefined;
  const remote = (): Promise<RemoteStore> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const probe = async (): Promise<void> => (await remote()).probe();
  const run = createBreaker({ ...limits, probe });

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
    probe,
    close: async () => (await opened)?.close(),
  };
}
