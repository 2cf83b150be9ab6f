/** A value that knows its size in memory and whether it was asked for since it was last looked at. */
export interface Bounded {
  bytes: number;
  used: boolean;
}

export interface BoundedStore<Value extends Bounded> {
  get: (key: string) => Value | undefined;
  set: (key: string, value: Value) => void;
  delete: (key: string) => void;
  /** Tells that a value has grown. */
  grow: (key: string, value: Value, bytes: number) => void;
  size: () => number;
  bytes: () => number;
}

/**
 * Keeps values within a number of bytes. The one that makes room is the oldest that nobody has asked for since the last
 * look ("second chance"), so a flood of addresses that are asked for once cannot drive out the pages that are read.
 */
export function createBoundedStore<Value extends Bounded>(maxBytes: number): BoundedStore<Value> {
  const values = new Map<string, Value>();
  let total = 0;

  return {
    get: (key) => values.get(key),
    set(key, value) {
      remove(key);
      if (value.bytes > maxBytes / 8) return;
      values.set(key, value);
      total += value.bytes;
      makeRoom();
    },
    delete: remove,
    grow(key, value, bytes) {
      if (values.get(key) !== value) return;
      value.bytes += bytes;
      total += bytes;
      makeRoom();
    },
    size: () => values.size,
    bytes: () => total,
  };

  function remove(key: string): void {
    const value = values.get(key);
    if (value === undefined) return;
    values.delete(key);
    total -= value.bytes;
  }

  function makeRoom(): void {
    // Each value is put back at most once, so this ends.
    for (const [key, value] of values) {
      if (total <= maxBytes) return;
      remove(key);
      if (!value.used) continue;
      value.used = false;
      values.set(key, value);
      total += value.bytes;
    }
  }
}
