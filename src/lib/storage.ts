import { fileURLToPath } from "node:url";
import { openDisk } from "./storage/disk.ts";
import { openS3, parseS3Url } from "./storage/s3.ts";

/** Where files live. Every store keeps the same promises, so that only the setting's scheme tells them apart. */
export interface Storage {
  /** Stores the bytes whole or not at all, replacing what was there. `type` is the media type an S3 store remembers. */
  put(key: string, bytes: Uint8Array, about: { type: string }): Promise<void>;
  /** The bytes, or undefined when nothing has this key. */
  get(key: string): Promise<Uint8Array | undefined>;
  has(key: string): Promise<boolean>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Every key that starts with the prefix, in no promised order. */
  list(prefix: string): AsyncIterable<string>;
}

/**
 * Opens the store a URL names. The scheme decides:
 *
 * - a path or `file:///var/lib/lectern/media`: a folder;
 * - `s3://KEY:SECRET@host/bucket/folder?region=eu-central-1`: any S3-compatible store over https, path style;
 * - `s3+http://…`: the same without TLS, for a store on the same machine.
 *
 * Characters of the key and secret that mean something in a URL (`/ + @ : %`) are percent-encoded.
 * Throws a sentence when the URL cannot be understood. Nothing is contacted yet.
 */
export function openStorage(url: string): Storage {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return checkKeys(openDisk(url));
  if (scheme === "file") return checkKeys(openDisk(fileURLToPath(url)));
  if (scheme === "s3" || scheme === "s3+http") return checkKeys(openS3(parseS3Url(url)));
  throw new Error(`Storage cannot be opened: "${scheme}:" is neither a folder, file:, s3: nor s3+http:.`);
}

// Lower case only, because two keys that differ in case are one file on some disks.
const segment = /^[a-z0-9][a-z0-9._-]*$/;

/** Whether a key is safe on every store: lower-case segments of letters, digits, `.`, `_` and `-`, parted by `/`. */
export function isStorageKey(key: string): boolean {
  return key.length <= 500 && key.split("/").every((part) => segment.test(part) && !part.endsWith("."));
}

function checkKeys(store: Storage): Storage {
  return {
    put: async (key, bytes, about) => store.put(checked(key), bytes, about),
    get: async (key) => store.get(checked(key)),
    has: async (key) => store.has(checked(key)),
    remove: async (key) => store.remove(checked(key)),
    list(prefix) {
      if (prefix !== "") checked(prefix.replace(/\/$/, ""));
      return store.list(prefix);
    },
  };
}

function checked(key: string): string {
  if (!isStorageKey(key)) throw new Error(`Not a storage key: ${JSON.stringify(key.slice(0, 100))}.`);
  return key;
}
