import { createHash } from "node:crypto";
import { z } from "zod";
import { UserError } from "../errors.ts";

/**
 * A backup is a tar of Zstandard between two frames that Zstandard skips, so `zstd -d FILE | tar x` reads it anywhere: the first
 * says what it is, the last has the SHA-256 of all before it. https://www.rfc-editor.org/rfc/rfc8878#name-skippable-frames
 *
 * In the tar: `manifest.json`, `tables/NAME/N` with the rows of each table as COPY writes them, in pieces, `objects/KEY`, and
 * `proof.json` at the end.
 */
export const format = 1;

const firstMagic = 0x184d2a5c;
const lastMagic = 0x184d2a5d;
const frameHead = 8;
const hashBytes = 32;

export const manifestSchema = z.object({
  format: z.literal(format),
  /** The release of the program that wrote it. */
  version: z.string(),
  madeAt: z.coerce.date(),
  postgres: z.string(),
  migrations: z.array(z.string()),
  /** Says whether two sites have one SECRET_KEY, and nothing of the key. */
  keyFingerprint: z.string(),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.array(z.object({ name: z.string(), last: z.string().nullable(), start: z.string() })),
  /** Of constraints and indexes the table and the name. */
  constraints: z.array(z.string()),
});
export type Manifest = z.output<typeof manifestSchema>;

const tableProof = z.object({ name: z.string(), rows: z.number(), hash: z.string() });
const objectProof = z.object({ key: z.string(), size: z.number(), hash: z.string() });

export const proofSchema = z.object({
  /** The hash of its rows as COPY writes them, in the order of the primary key. */
  tables: z.array(tableProof),
  objects: z.array(objectProof),
  /** Keys that the database knows and the store had lost already. */
  missing: z.array(z.string()),
});
export type Proof = z.output<typeof proofSchema>;
export type TableProof = Proof["tables"][number];
export type ObjectProof = Proof["objects"][number];

/** What a backup that cannot be read is: a sentence, and the status of bad data. */
export class Damaged extends UserError {
  constructor(sentence: string, options: ErrorOptions = {}) {
    super(sentence, { status: 65, ...options });
  }
}

const opening = frame(firstMagic, Buffer.from(`Lectern backup, format ${format}\n`));

/** Puts the two frames around what is written. */
export async function* withFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash("sha256").update(opening);
  yield opening;
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  yield frame(lastMagic, hash.digest());
}

/** Takes the two frames off. Throws Damaged unless they stand there, and the hash is that of all between them. */
export async function* withoutFrames(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const tail = frameHead + hashBytes;
  const hash = createHash("sha256");
  let held = Buffer.alloc(0);
  let isOpen = false;
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk]);
    if (!isOpen) {
      const length = readOpening(held, name);
      if (length === undefined) continue;
      hash.update(held.subarray(0, length));
      held = held.subarray(length);
      isOpen = true;
    }
    if (held.length <= tail) continue;
    const ready = held.subarray(0, held.length - tail);
    held = held.subarray(ready.length);
    hash.update(ready);
    yield ready;
  }
  if (!isOpen && held.length === 0) throw new Damaged(`${name} is empty.`);
  if (!isOpen || held.length < tail) throw new Damaged(`${name} is damaged: it ends too early.`);
  if (!held.equals(frame(lastMagic, hash.digest()))) {
    throw new Damaged(`${name} is damaged: it is not what was written, or not all of it.`);
  }
}

/** The length of the first frame, once all of it is there. */
function readOpening(bytes: Buffer, name: string): number | undefined {
  if (bytes.length < frameHead) return undefined;
  const length = frameHead + bytes.readUInt32LE(4);
  if (bytes.readUInt32LE(0) !== firstMagic || length > 1000) throw new Damaged(`${name} is no backup of Lectern.`);
  if (bytes.length < length) return undefined;
  const [, found] = /^Lectern backup, format (\d+)\n$/.exec(bytes.toString("latin1", frameHead, length)) ?? [];
  if (found === undefined) throw new Damaged(`${name} is no backup of Lectern.`);
  if (Number(found) !== format) {
    throw new Damaged(
      `${name} has format ${found}, and this release reads format ${format}: use the one that made it.`,
    );
  }
  return length;
}

function frame(magic: number, content: Buffer): Buffer {
  const head = Buffer.alloc(frameHead);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** Checks what a part of a backup says; throws Damaged. */
export function parsePart<T>(schema: z.ZodType<T>, text: string, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Damaged(`${name} is damaged: its own description cannot be read.`, { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Damaged(`${name} does not describe itself as a backup does: ${z.prettifyError(result.error)}`);
}
