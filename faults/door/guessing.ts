import { type Challenge, solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addPeople, password } from "#apps/accounts/fixtures.ts";
import { devices, users } from "#apps/accounts/schema.ts";
import { hashSecret } from "#apps/accounts/secrets.ts";
import { buildAssets } from "#lib/assets.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import type { Server } from "#lib/http.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { createSite } from "../../src/site.tsx";
import { testDatabase } from "../../test/helpers/database.ts";

export interface Guessed {
  /** Passwords that were looked at, of `tries` for one account from as many addresses. */
  ofAccount: number;
  /** The same, of `tries` from one address for as many accounts. */
  fromAddress: number;
  /** How the owner got in meanwhile, from the address that guesses. */
  ownerBy: string[];
  /** How long the owner was asked to wait for that, in seconds: behind one address with whoever asks for 100 pages a second. */
  ownerWaits: number;
  /** Whether the answers for addresses with and without an account were the same, apart from tokens. */
  isSame: boolean;
  /** Between the medians of how long those answers took, in milliseconds. */
  gapMs: number;
}

/** Faults W8: guesses passwords of an account that is there, of others, and of some that are not. */
export async function guessPasswords(size: { tries: number; compared: number }): Promise<Guessed> {
  const database = await testDatabase();
  connect(database.url);
  await addPeople();
  await db.insert(devices).values({ userId: maya.id, tokenHash: hashSecret(maya.device) });
  buildAssets(join(tmpdir(), "lectern-test-assets"));
  const site = await createSite({ maxBusyMs: Number.POSITIVE_INFINITY });
  try {
    const browser = await openBrowser(site);
    const compared = await compare(browser, size.compared);
    const attacker = "203.0.113.66";
    const ofAccount = await countLookedAt(size.tries, (each) =>
      browser.try({ address: maya.address, password: `guess ${each}`, from: farAway(each) }),
    );
    const fromAddress = await countLookedAt(size.tries, (each) =>
      browser.try({ address: `reader-${each}@example.org`, password: "guess", from: attacker }),
    );
    return { ofAccount, fromAddress, ...(await letOwnerIn(browser, attacker)), ...compared };
  } finally {
    await site.close();
    await disconnect();
    await database.drop();
  }
}

// The second of the small world.
const maya = { id: 2, address: "maya@example.org", device: "maya-at-home" };

interface Try {
  address: string;
  password: string;
  from: string;
  cookie?: string;
  proof?: string;
}
interface Answer {
  status: number;
  retryAfterSeconds: number;
  html: string;
  isSignedIn: boolean;
}
interface Browser {
  try: (what: Try) => Promise<Answer>;
  askForLink: (from: string) => Promise<Answer>;
}

async function openBrowser({ fastify }: Server): Promise<Browser> {
  const page = await fastify.inject({ url: urls.signIn(), headers: { host: "localhost" } });
  const visit = page.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const csrf = /name="csrf" value="([\w-]+)"/.exec(page.body)?.[1] ?? "";
  const post = async (url: string, from: string, fields: Record<string, string>, cookie = ""): Promise<Answer> => {
    const { statusCode, body, cookies, headers } = await fastify.inject({
      method: "POST",
      url,
      remoteAddress: from,
      headers: {
        host: "localhost",
        origin: "http://localhost",
        "content-type": "application/x-www-form-urlencoded",
        cookie: `${visit}; ${cookie}`,
      },
      payload: new URLSearchParams({ csrf, ...fields }).toString(),
    });
    return {
      status: statusCode,
      retryAfterSeconds: Number(headers["retry-after"] ?? 0),
      html: body,
      isSignedIn: cookies.some(({ name }) => name === sessionCookie),
    };
  };
  return {
    try: ({ from, cookie, ...fields }) => post(urls.signIn(), from, fields, cookie),
    askForLink: (from) => post(urls.signInLink(), from, { address: maya.address }),
  };
}

/** Eight at a time; a password that was looked at and wrong answers 422. */
async function countLookedAt(tries: number, attempt: (each: number) => Promise<Answer>): Promise<number> {
  let lookedAt = 0;
  for (let each = 0; each < tries; each += 8) {
    const batch = Array.from({ length: Math.min(8, tries - each) }, (_, place) => attempt(each + place));
    const statuses = (await Promise.all(batch)).map(({ status }) => status);
    const odd = statuses.find((status) => status !== 422 && status !== 429);
    if (odd !== undefined) throw new Error(`A guess was answered with ${odd}.`);
    lookedAt += statuses.filter((status) => status === 422).length;
  }
  return lookedAt;
}

async function letOwnerIn(browser: Browser, attacker: string): Promise<Pick<Guessed, "ownerBy" | "ownerWaits">> {
  const right = { address: maya.address, password, from: attacker };
  const ways: string[] = [];
  const atHome = { ...right, cookie: `lectern_device=${maya.device}` };
  let known = await browser.try(atHome);
  const ownerWaits = known.retryAfterSeconds;
  if (ownerWaits > 0) {
    await sleep(ownerWaits * 1000);
    known = await browser.try(atHome);
  }
  if (known.isSignedIn) ways.push("known browser");
  if ((await browser.askForLink(attacker)).status < 400) ways.push("link");
  const asked = await browser.try({ ...right, from: farAway(0) });
  const worked = await browser.try({ ...right, from: farAway(0), proof: await workFor(asked.html) });
  if (!asked.isSignedIn && worked.isSignedIn) ways.push("work");
  return { ownerBy: ways, ownerWaits };
}

async function compare(browser: Browser, pairs: number): Promise<Pick<Guessed, "isSame" | "gapMs">> {
  const [known, unknown] = ["known", "nobody"].map((name) =>
    Array.from({ length: pairs }, (_, each) => `${name}-${each}@example.org`),
  );
  const [owner] = await db.select({ hash: users.passwordHash }).from(users).limit(1);
  await db.insert(users).values((known ?? []).map((address) => ({ address, passwordHash: owner?.hash ?? null })));
  const times: [number[], number[]] = [[], []];
  const bodies = new Set<string>();
  for (let each = 0; each < pairs; each += 1) {
    const pair = [...[known?.[each] ?? "", unknown?.[each] ?? ""].entries()];
    // Each comes first as often as the other.
    for (const [place, address] of each % 2 === 0 ? pair : pair.toReversed()) {
      const startedAt = performance.now();
      const { html } = await browser.try({ address, password: "not this one", from: farAway(10_000 + each) });
      times[place]?.push(performance.now() - startedAt);
      bodies.add(html.replaceAll(address, "ADDRESS").replaceAll(/"[\w-]{32}"/g, "TOKEN"));
    }
  }
  return { isSame: bodies.size === 1, gapMs: Math.abs(median(times[0]) - median(times[1])) };
}

/** Each in a network of its own. */
function farAway(each: number): string {
  return `10.${Math.floor(each / 250) % 250}.${each % 250}.9`;
}

async function workFor(html: string): Promise<string> {
  const text = /data-challenge="([^"]+)"/.exec(html)?.[1]?.replaceAll("&quot;", '"') ?? "null";
  const challenge: Challenge = JSON.parse(text);
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString("base64");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
