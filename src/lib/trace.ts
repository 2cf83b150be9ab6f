import { AsyncLocalStorage } from "node:async_hooks";

const requests = new AsyncLocalStorage<string>();

/** The id of the request that is being answered, or whose task is being run. */
export function currentRequestId(): string | undefined {
  return requests.getStore();
}

export function withRequestId<T>(id: string | undefined, work: () => T): T {
  return id === undefined ? requests.exit(work) : requests.run(id, work);
}
