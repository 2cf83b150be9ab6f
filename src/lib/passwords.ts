import { argon2, createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { config } from "../config.ts";
import { log } from "./log.ts";
import { isCommon } from "./passwords/common.ts";
import { createQueue } from "./passwords/queue.ts";

const argon2id = promisify(argon2);

/** What a hash costs: OWASP's choice for argon2id, 19 MiB and two passes (Password Storage Cheat Sheet). */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };

// A hash keeps a core busy for some 25 ms in a thread of libuv's. One at a time leaves the other cores to requests, and
// whoever would wait for longer than two seconds had better come back.
const inTurn = createQueue({ atOnce: 1, waiting: 64 });

/**
 * Hashes a password for keeping: argon2id, off the event loop, as a PHC string, which says its own parameters. Throws
 * Refused with 503 while too many wait.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await inTurn(() => derive(password, { ...cost, salt, length: 32 }));
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether this is the password. Without a hash (nobody has this address, or signs in without a password) it takes as
 * long and is false. Throws Refused with 503 while too many wait.
 */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const { expected, ...parameters } = hash === null ? nobody : parse(hash);
  const actual = await inTurn(() => derive(password, { ...parameters, length: expected.length }));
  return timingSafeEqual(actual, expected) && hash !== null;
}

/** Whether a hash was made at another cost than today's: hash again while the password is at hand. */
export function needsRehash(hash: string): boolean {
  const { memory, passes, parallelism } = parse(hash);
  return memory !== cost.memory || passes !== cost.passes || parallelism !== cost.parallelism;
}

/**
 * What is wrong with a new password of somebody, as a sentence: 8 to 1,000 characters, not common, not their address or
 * name. No rules on kinds of characters (NIST SP 800-63B, 3.1.1.2).
 */
export async function passwordProblem(password: string, owner: Owner): Promise<string | undefined> {
  const normal = normalizePassword(password);
  const { length } = Array.from(normal);
  if (length < 8) return "The password must have at least 8 characters.";
  if (length > 1000) return "The password must have at most 1,000 characters.";
  if (await isCommon(normal)) return "This password is one of the first that anybody would try.";
  const word = normal.toLowerCase();
  const isOwn = [owner.address, owner.address.split("@")[0], owner.name].some((text) => text?.toLowerCase() === word);
  return isOwn ? "The password must not be your address or your name." : undefined;
}

interface Owner {
  address: string;
  name?: string | undefined;
}

/**
 * Whether a password is known from breaches elsewhere. Have I Been Pwned is told the first five characters of its SHA-1,
 * which some 800 known passwords share (https://haveibeenpwned.com/API/v3#PwnedPasswords). False when the setting
 * BREACHED_PASSWORDS says not to ask, and, with a warning in the log, when they do not answer within two seconds.
 */
export async function isBreached(password: string, ask: Ask = {}): Promise<boolean> {
  const {
    endpoint = "https://api.pwnedpasswords.com/range/",
    isOn = config.BREACHED_PASSWORDS,
    timeoutMs = 2000,
  } = ask;
  if (!isOn) return false;
  const hash = createHash("sha1").update(normalizePassword(password)).digest("hex").toUpperCase();
  try {
    const response = await fetch(endpoint + hash.slice(0, 5), {
      // Answers of one length do not tell those who watch the line which five characters were sent.
      headers: { "add-padding": "true", "user-agent": "Lectern" },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`They answered ${response.status}.`);
    const found = (await response.text()).split(/\r?\n/).find((line) => line.startsWith(`${hash.slice(5)}:`));
    // Padding counts nobody.
    return found !== undefined && !found.endsWith(":0");
  } catch (error) {
    log.warn({ error }, "a new password could not be compared with breached ones");
    return false;
  }
}

/** What only tests replace. */
interface Ask {
  endpoint?: string;
  isOn?: boolean;
  timeoutMs?: number;
}

/**
 * A password as it is compared. One keyboard sends é as a letter, another as e and an accent; NFKC makes them the same,
 * as NIST SP 800-63B (3.1.1.2) recommends.
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

interface Cost {
  /** In KiB. */
  memory: number;
  passes: number;
  parallelism: number;
}

function derive(password: string, { salt, length, ...given }: Cost & { salt: Buffer; length: number }) {
  return argon2id("argon2id", { ...given, message: normalizePassword(password), nonce: salt, tagLength: length });
}

const nobody = { ...cost, salt: randomBytes(16), expected: randomBytes(32) };
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(hash: string): Cost & { salt: Buffer; expected: Buffer } {
  const [, memory, passes, parallelism, salt, expected] = phc.exec(hash) ?? [];
  // The hash itself is no part of the message, which ends in the log.
  if (salt === undefined || expected === undefined) throw new Error("This is no hash of argon2id as a PHC string.");
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, "base64"),
    expected: Buffer.from(expected, "base64"),
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
