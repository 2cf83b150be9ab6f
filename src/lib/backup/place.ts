import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { parseS3Url } from "../storage/s3.ts";
import { openFolder } from "./folder.ts";
import { openBucket } from "./bucket.ts";

/** Where backups lie. A name stands for all of a backup or for nothing, whenever a process dies. */
export interface Place {
  /** Stores what is written under the name, which must be free. Throws what the source throws, and then nothing is there. */
  write(name: string, source: AsyncIterable<Buffer>): Promise<void>;
  /** The bytes, from the beginning. Throws a UserError when nothing has this name. */
  read(name: string): AsyncGenerator<Buffer>;
  /** What is there. */
  list(): Promise<{ name: string; size: number }[]>;
  /** Removing what is not there is no error. */
  remove(name: string): Promise<void>;
}

/** Opens the folder or the bucket that a URL names, as STORAGE_URL does. Nothing is contacted yet. */
export function openPlace(url: string): Place {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return openFolder(url);
  if (scheme === "file") return openFolder(fileURLToPath(url));
  if (scheme === "s3" || scheme === "s3+http") return openBucket(parseS3Url(url));
  throw new UserError(`Backups cannot go to "${scheme}:", which is neither a folder, file:, s3: nor s3+http:.`);
}
