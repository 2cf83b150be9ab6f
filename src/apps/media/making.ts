import { imageType } from "#lib/images.ts";
import { log } from "#lib/log.ts";
import { files } from "./files.ts";

const underWay = new Map<string, Promise<Buffer>>();

/**
 * What the store keeps under a key, made and stored first when it is not there. However many ask for it at once, this
 * process makes it once; should another process make it too, the store keeps one of both, whole.
 */
export function getOrMake(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const current = underWay.get(key);
  if (current) return current;
  const flight = readOrMake(key, make).finally(() => underWay.delete(key));
  underWay.set(key, flight);
  return flight;
}

async function readOrMake(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const stored = await files.get(key);
  if (stored) return Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const bytes = await make();
  try {
    await files.put(key, bytes, { type: imageType(bytes) });
  } catch (error) {
    // Whoever asked can have it all the same; the next one has it made again.
    log.error({ error, key }, "a picture could not be stored");
  }
  return bytes;
}
