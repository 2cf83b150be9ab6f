import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Makes work for many cost little more than work for one: what is asked for while it is under way for others waits, and all of
 * that is done at once, `most` at a time. Each caller is answered when its own is done. Work that fails for several is done for
 * each by itself, so that none pays for another. It runs in the context in which this was called: in no caller's transaction.
 */
export function together<Item>(
  work: (items: readonly Item[]) => Promise<void>,
  { most }: { most: number },
): (item: Item) => Promise<void> {
  const here = AsyncLocalStorage.snapshot();
  let waiting: Asked<Item>[] = [];
  let isBusy = false;

  async function flush(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) await serve(waiting.splice(0, most));
    isBusy = false;
  }

  async function serve(asked: readonly Asked<Item>[]): Promise<void> {
    try {
      await work(asked.map(({ item }) => item));
      for (const { resolve } of asked) resolve();
    } catch (error) {
      const [first] = asked;
      if (asked.length === 1) first?.reject(error);
      else await Promise.all(asked.map((each) => serve([each])));
    }
  }

  return (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ item, resolve, reject });
    void here(flush);
    return promise;
  };
}

interface Asked<Item> {
  item: Item;
  resolve: () => void;
  reject: (error: unknown) => void;
}
