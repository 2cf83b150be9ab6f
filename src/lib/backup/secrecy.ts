import { UserError } from "../errors.ts";
import { Damaged } from "./format.ts";

// https://age-encryption.org/v1: `age -d -i KEY FILE` opens it as well.
const ageMagic = "age-encryption.org/v1";

/** Makes a key for BACKUP_KEY. */
export async function newBackupKey(): Promise<string> {
  const { generateX25519Identity } = await import("age-encryption");
  return await generateX25519Identity();
}

/** Encrypts what is written, in pieces that are authentic each. */
export async function* encrypt(source: AsyncIterable<Buffer>, key: string): AsyncGenerator<Buffer> {
  const { Encrypter, identityToRecipient } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(key));
  yield* buffers(await encrypter.encrypt(toWeb(source)));
}

/** What was encrypted, or what never was as it is. Throws a UserError without the right key, and Damaged. */
export async function* decrypt(
  source: AsyncIterable<Buffer>,
  key: string | undefined,
  name: string,
): AsyncGenerator<Buffer> {
  const [first, whole] = await peek(source, ageMagic.length);
  if (first !== ageMagic) {
    yield* whole;
    return;
  }
  if (key === undefined) throw new UserError(`${name} is encrypted: set BACKUP_KEY to the key it was made with.`);
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  try {
    yield* buffers(await decrypter.decrypt(toWeb(whole)));
  } catch (error) {
    const isKey = error instanceof Error && /no identity matched/i.test(error.message);
    if (isKey) throw new UserError(`BACKUP_KEY does not open ${name}: it was made with another.`);
    throw new Damaged(`${name} is damaged: it is not what was encrypted, or not all of it.`, { cause: error });
  }
}

async function peek(source: AsyncIterable<Buffer>, length: number): Promise<[string, AsyncGenerator<Buffer>]> {
  const iterator = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  let isDone = false;
  while (!isDone && held.length < length) {
    const { value, done } = await iterator.next();
    isDone = done === true;
    if (!isDone) held = Buffer.concat([held, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (held.length > 0) yield held;
    try {
      while (!isDone) {
        const { value, done } = await iterator.next();
        isDone = done === true;
        if (!isDone) yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return [held.toString("latin1", 0, length), whole()];
}

function toWeb(source: AsyncIterable<Buffer>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await iterator.return?.()),
  });
}

async function* buffers(stream: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
