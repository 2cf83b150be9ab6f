import type { Text } from "#lib/merge.ts";

/** What was typed, as this browser keeps it: also while nobody else can be reached. */
export interface BrowserCopy extends Text {
  /** Who typed it, and in which entry: `7/42`. */
  key: string;
  baseNumber: number;
  /** The sequences under which the site may have it. */
  known: number[];
  /** Whether the site has said that it keeps all of it. */
  isKept: boolean;
  /** What the site is known to keep; null when that is nothing. */
  synced: Text | null;
  changedAt: number;
}

/** What this browser keeps under a key; undefined when that is nothing, or when it keeps nothing at all. */
export async function readCopy(key: string): Promise<BrowserCopy | undefined> {
  return await ask<BrowserCopy | undefined>("readonly", (store) => store.get(key)).catch(() => undefined);
}

/** Keeps it. False where a browser allows no storage, or has no room. */
export async function writeCopy(copy: BrowserCopy): Promise<boolean> {
  return await ask("readwrite", (store) => store.put(copy)).then(
    () => true,
    () => false,
  );
}

export async function deleteCopy(key: string): Promise<void> {
  await ask("readwrite", (store) => store.delete(key)).catch(() => undefined);
}

const storeName = "copies";
let opened: Promise<IDBDatabase> | undefined;

async function ask<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  opened ??= open();
  const transaction = (await opened).transaction(storeName, mode, { durability: "strict" });
  const request = act(transaction.objectStore(storeName));
  return await new Promise<T>((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve(request.result));
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("Nothing was kept.")));
    transaction.commit();
  });
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("lectern-desk", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(storeName, { keyPath: "key" }));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("There is no storage.")));
  });
}
