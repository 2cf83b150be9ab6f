import { randomBytes } from "node:crypto";
import { randomNumbers } from "../../bench/random.ts";

/** How a provider signs what it sends, and how we look at that. */
export interface Scheme {
  /** Signs by one secret, or by two while one takes the place of the other. */
  sign: (secrets: readonly string[], body: string, at: Date) => string;
  accepts: (body: Uint8Array, header: string | undefined, secret: string) => boolean;
}

export interface SignatureFigures extends Record<string, unknown> {
  valid: number;
  accepted: number;
  mutants: number;
  forged: number;
  /** What each forged one was changed by. */
  forgeries: readonly string[];
}

type Case = { body: Buffer; header: string | undefined };

/** Shows valid notifications, a tenth of them with the signatures of two secrets, and mutants of such, each changed by one thing. */
export function tryMutants(
  { sign, accepts }: Scheme,
  { valid, mutants, seed = 1 }: { valid: number; mutants: number; seed?: number },
): SignatureFigures {
  const random = randomNumbers(seed);
  const secret = randomBytes(24).toString("hex");
  const other = randomBytes(24).toString("hex");

  let accepted = 0;
  for (let n = 0; n < valid; n += 1) {
    const body = notification(n);
    // The one that is good may come first or last.
    const secrets = n % 10 === 0 ? (n % 20 === 0 ? [other, secret] : [secret, other]) : [secret];
    if (accepts(Buffer.from(body), sign(secrets, body, new Date()), secret)) accepted += 1;
  }

  const forgeries: string[] = [];
  const names = Object.keys(changes);
  for (let n = 0; n < mutants; n += 1) {
    const name = names[n % names.length] ?? "";
    const body = notification(n);
    const header = sign([secret], body, new Date());
    const changed = changes[name]?.({ body: Buffer.from(body), header }, { random, sign, secret, other, text: body });
    if (changed !== undefined && accepts(changed.body, changed.header, secret)) forgeries.push(name);
  }
  return { valid, accepted, mutants, forged: forgeries.length, forgeries: [...new Set(forgeries)] };
}

function notification(n: number): string {
  return JSON.stringify({
    event_id: `evt_${n}`,
    event_type: "subscription.updated",
    data: { id: `sub_${n}`, amount: n, note: "é ☃" },
  });
}

interface Means {
  random: () => number;
  sign: Scheme["sign"];
  secret: string;
  other: string;
  text: string;
}

const hour = 3_600_000;
const changes: Readonly<Record<string, (given: Case & { header: string }, means: Means) => Case>> = {
  "a byte of the body": ({ body, header }, { random }) => ({ body: flipped(body, random), header }),
  "a byte of the header": ({ body, header }, { random }) => ({
    body,
    header: flipped(Buffer.from(header), random).toString("latin1"),
  }),
  "no header": ({ body }) => ({ body, header: undefined }),
  "an empty header": ({ body }) => ({ body, header: "" }),
  "two headers": ({ body, header }) => ({ body, header: `${header}, ${header}` }),
  "two moments": ({ body, header }) => ({
    body,
    header: `${header.split(/[;,]/)[0]}${header.includes(";") ? ";" : ","}${header}`,
  }),
  "another secret": ({ body }, { sign, other, text }) => ({ body, header: sign([other], text, new Date()) }),
  "two other secrets": ({ body }, { sign, other, text }) => ({
    body,
    header: sign([other, `${other}x`], text, new Date()),
  }),
  "an hour ago": ({ body }, { sign, secret, text }) => ({
    body,
    header: sign([secret], text, new Date(Date.now() - hour)),
  }),
  "an hour to come": ({ body }, { sign, secret, text }) => ({
    body,
    header: sign([secret], text, new Date(Date.now() + hour)),
  }),
  "another moment": ({ body, header }) => ({ body, header: header.replace(/\d+/, (at) => String(Number(at) + 1)) }),
  "written anew": ({ header }, { text }) => ({ body: Buffer.from(JSON.stringify(JSON.parse(text), null, 1)), header }),
  "other order": ({ header }, { text }) => ({ body: Buffer.from(reversed(text)), header }),
  "no body": ({ header }) => ({ body: Buffer.alloc(0), header }),
  "a space at the end": ({ body, header }) => ({ body: Buffer.concat([body, Buffer.from(" ")]), header }),
  "in capitals": ({ body, header }) => ({
    body,
    header: header.replace(/[0-9a-f]{64}/, (digest) => digest.toUpperCase()),
  }),
  "half a digest": ({ body, header }) => ({ body, header: header.slice(0, -32) }),
  "a digest of another name": ({ body, header }) => ({ body, header: header.replace(/(h1|v1)=/, "v0=") }),
  "no digest": ({ body, header }) => ({ body, header: header.replace(/[;,].*/, "") }),
  "the body of another": ({ header }, { text }) => ({ body: Buffer.from(text.replace("sub_", "sub_9")), header }),
};

function flipped(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  const place = Math.floor(random() * copy.length);
  copy[place] = (copy[place] ?? 0) ^ (1 << Math.floor(random() * 8));
  return copy;
}

function reversed(text: string): string {
  return JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed()));
}
