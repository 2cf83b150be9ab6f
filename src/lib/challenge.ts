import { hkdfSync } from "node:crypto";
import type { Challenge } from "altcha-lib";
import { z } from "zod";
import { config } from "../config.ts";
import { store } from "./limits/store.ts";

/** How long a challenge may be answered, in seconds. */
const lifeSeconds = 600;
/**
 * The answer is one of so many, each of which costs so many rounds of SHA-256: 3 million of them on the average. A
 * laptop needs half a second, a phone one or two.
 */
const [candidates, rounds] = [2000, 3000];

/**
 * A piece of work for a browser, which slows down whoever tries things by the thousand. It is signed, so it need not be
 * remembered, and it can be used for this purpose alone.
 */
export async function newChallenge(purpose: string): Promise<Challenge> {
  const { createChallenge, deriveKey, randomInt } = await load();
  return createChallenge({
    algorithm: "PBKDF2/SHA-256",
    cost: rounds,
    counter: randomInt(candidates - 1, 0),
    expiresAt: Math.floor(Date.now() / 1000) + lifeSeconds,
    data: { purpose, candidates },
    deriveKey,
    ...secrets,
  });
}

/** Whether that is the work of a challenge for this purpose, done in time. It is accepted once, by whichever process. */
export async function verifyChallenge(payload: string | null | undefined, purpose: string): Promise<boolean> {
  const answer = readAnswer(payload ?? "");
  if (answer?.challenge.parameters.data.purpose !== purpose) return false;
  const { verifySolution, deriveKey } = await load();
  const { verified } = await verifySolution({ ...answer, deriveKey, ...secrets });
  if (!verified) return false;
  const key = `proof:${answer.challenge.parameters.nonce}`;
  const [count] = await store.add([{ key, points: 1, seconds: lifeSeconds }]);
  return count?.points === 1;
}

const secrets = {
  hmacSignatureSecret: secretFor("challenges"),
  hmacKeySignatureSecret: secretFor("keys of challenges"),
};

function secretFor(use: string): string {
  return Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", use, 32)).toString("base64url");
}

async function load() {
  const [altcha, { deriveKey }] = await Promise.all([import("altcha-lib"), import("altcha-lib/algorithms/pbkdf2")]);
  return { ...altcha, deriveKey };
}

const hex = z.string().regex(/^[0-9a-f]{2,128}$/);
const answers = z.object({
  challenge: z.object({
    parameters: z.object({
      algorithm: z.string(),
      nonce: hex,
      salt: hex,
      cost: z.number(),
      keyLength: z.number(),
      keyPrefix: hex,
      keySignature: hex,
      expiresAt: z.number(),
      data: z.object({ purpose: z.string(), candidates: z.number() }),
    }),
    signature: hex,
  }),
  solution: z.object({ counter: z.number(), derivedKey: hex }),
});

// The JSON of challenge and solution in base64, as ALTCHA's own widget sends it.
function readAnswer(payload: string): z.infer<typeof answers> | undefined {
  if (payload.length > 4000) return undefined;
  try {
    return answers.parse(JSON.parse(Buffer.from(payload, "base64").toString()));
  } catch {
    return undefined;
  }
}
