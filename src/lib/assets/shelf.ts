import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const shelved = z.array(
  z.object({
    name: z.string().optional(),
    path: z.string(),
    type: z.string(),
    immutable: z.boolean(),
    variants: z.array(z.object({ coding: z.enum(["identity", "gzip", "br"]), body: bytes })),
  }),
);
export type Shelved = z.infer<typeof shelved>;

const kept = 5;

/** What an earlier start has built under this key, if it is there and whole. */
export function takeFromShelf(folder: string, key: string): Shelved | undefined {
  try {
    return shelved.parse(deserialize(readFileSync(join(folder, `${key}.bin`))));
  } catch {
    return undefined;
  }
}

/** Puts built files on the disk for the next start, and takes old ones away. Several processes may do so at once. */
export function putOnShelf(folder: string, key: string, files: Shelved): void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${key}.${process.pid}`);
  writeFileSync(draft, serialize(files));
  renameSync(draft, join(folder, `${key}.bin`));
  const byAge = readdirSync(folder)
    .map((name) => ({ name, time: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.time - a.time);
  for (const { name } of byAge.slice(kept)) rmSync(join(folder, name), { force: true });
}
