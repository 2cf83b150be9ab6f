import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether a password is among the common ones that are long enough to be asked about: 17,950 of them, in lower case; OWASP ASVS
 * 5.0 (6.2.4) asks for 3,000.
 */
export async function isCommon(password: string): Promise<boolean> {
  common ??= readList();
  return (await common).has(password.toLowerCase());
}

// The list as a file: its module would hold the event loop for 70 ms to unpack it and keep twice as many in memory.
async function readList(): Promise<ReadonlySet<string>> {
  const file = fileURLToPath(import.meta.resolve("@zxcvbn-ts/language-common/src/passwords.json"));
  const list = z.array(z.string()).parse(JSON.parse(await readFile(file, "utf8")));
  return new Set(list.filter((password) => password.length >= 8));
}
