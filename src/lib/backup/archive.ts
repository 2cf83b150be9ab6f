import { Readable } from "node:stream";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import type { Pack } from "tar-stream";
import { UserError } from "../errors.ts";
import { Damaged, withFrames, withoutFrames } from "./format.ts";
import { decrypt, encrypt } from "./secrecy.ts";

/** Takes the files of a backup one after another. */
export interface Packer {
  add: (name: string, content: Buffer | string) => Promise<void>;
}

export interface PackedFile {
  name: string;
  size: number;
  chunks: AsyncIterable<Buffer>;
}

/** What `fill` packs, as the bytes of a backup. Nothing is held but what is under way. Throws what `fill` throws. */
export async function* writeArchive(
  fill: (packer: Packer) => Promise<void>,
  { key, madeAt }: { key: string | undefined; madeAt: Date },
): AsyncGenerator<Buffer> {
  const { pack: openPack } = await import("tar-stream");
  const pack = openPack();
  const params = { [constants.ZSTD_c_checksumFlag]: 1 };
  const compress = createZstdCompress({ params });
  let failure: Error | undefined;
  const filling = fill({ add: (name, content) => add(pack, { name, mtime: madeAt, mode: 0o600 }, content) }).then(
    () => pack.finalize(),
    (error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
      pack.destroy(failure);
    },
  );
  const packed = Readable.from(pack);
  packed.on("error", (error) => compress.destroy(error));
  packed.pipe(compress);
  const framed = withFrames(compress);
  try {
    yield* key === undefined ? framed : encrypt(framed, key);
  } catch (error) {
    throw failure ?? error;
  } finally {
    // Whoever has read enough, or failed to write, ends the filling as well.
    pack.destroy();
    packed.destroy();
    compress.destroy();
    await filling;
  }
}

function add(pack: Pack, about: { name: string; mtime: Date; mode: number }, content: Buffer | string): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return new Promise((resolve, reject) => {
    pack.entry({ ...about, size: bytes.length }, bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** The files of a backup as they come. Throws Damaged for what is none or was changed, at the end of it at the latest. */
export async function* readArchive(
  source: AsyncIterable<Buffer>,
  { key, name }: { key: string | undefined; name: string },
): AsyncGenerator<PackedFile> {
  const { extract: openExtract } = await import("tar-stream");
  const extract = openExtract();
  const decompress = createZstdDecompress();
  const framed = Readable.from(withoutFrames(decrypt(source, key, name), name), { objectMode: false });
  const fail = (error: Error): void => {
    extract.destroy(error);
  };
  framed.on("error", fail);
  decompress.on("error", fail);
  framed.pipe(decompress).pipe(extract);
  try {
    for await (const entry of extract) {
      yield { name: entry.header.name, size: entry.header.size ?? 0, chunks: whole(entry, name) };
    }
  } catch (error) {
    throw asDamage(error, name);
  } finally {
    framed.destroy();
    decompress.destroy();
    extract.destroy();
  }
}

async function* whole(entry: AsyncIterable<unknown>, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of entry) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw asDamage(error, name);
  }
}

function asDamage(error: unknown, name: string): Error {
  if (error instanceof UserError) return error;
  return new Damaged(`${name} is damaged: it cannot be unpacked.`, { cause: error });
}

/** Reads all of it once; throws Damaged unless it is what was written. */
export async function checkArchive(
  source: AsyncIterable<Buffer>,
  { key, name }: { key: string | undefined; name: string },
): Promise<void> {
  for await (const _chunk of withoutFrames(decrypt(source, key, name), name));
}

/** The content of a small file. */
export async function readText({ chunks, size }: PackedFile, name: string): Promise<string> {
  if (size > 256_000_000) throw new Damaged(`${name} is damaged: it says too much of itself.`);
  return Buffer.concat(await Array.fromAsync(chunks)).toString();
}
