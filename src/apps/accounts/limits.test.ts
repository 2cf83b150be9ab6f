import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Challenge, solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { z } from "zod";
import { testDatabase } from "../../../test/helpers/database.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { tryServer } from "#lib/http/try.ts";
import { tellNow } from "#lib/limits/flushing.ts";
import { readTally } from "#lib/limits/tallies.ts";
import { findWork, type Guard, guardCode, guardMail, guardPassword, guardSecondFactor, wrongTries } from "./limits.ts";
import { guesses, letters } from "./limits/rules.ts";
import { devices, users } from "./schema.ts";
import { hashSecret } from "./secrets.ts";

const database = await testDatabase();
connect(database.url);
const added = await db
  .insert(users)
  .values([{ address: "maya@example.org" }, { address: "sam@example.org" }])
  .returning();
const maya = added[0]?.id ?? 0;
await db.insert(devices).values({ userId: maya, tokenHash: hashSecret("maya-at-home") });

const query = z.object({
  by: z.enum(["password", "mail", "factor", "code", "work"]),
  as: z.string().default("maya@example.org"),
  right: z.string().optional(),
  proof: z.string().optional(),
});
const trial = await tryServer(
  (router) =>
    router.get("/", { access: "anyone", query }, async (request, reply) => {
      const { by, as: address, right, proof } = request.query;
      const asked = { address, userId: added.find((user) => user.address === address)?.id, proof };
      const guards: Record<typeof by, () => Promise<Pick<Guard, "asks"> & Partial<Guard>>> = {
        password: () => guardPassword(request, asked),
        mail: () => guardMail(request, asked),
        factor: () => guardSecondFactor(request, maya),
        code: () => guardCode(request),
        work: async () => ({ asks: await findWork(request, "password") }),
      };
      const { asks, succeed } = await guards[by]();
      if (right !== undefined) await succeed?.();
      reply.type("application/json").code(asks === undefined ? 200 : 429);
      return JSON.stringify(asks ?? {});
    }),
  { trustedProxies: ["127.0.0.1"] },
);
after(async () => {
  await trial.server.close();
  await disconnect();
  await database.drop();
});

interface Try {
  by?: z.infer<typeof query>["by"];
  as?: string;
  right?: string;
  proof?: string;
  from?: string;
  device?: string;
}

let others = 0;
async function attempt({
  from = `198.51.${(others += 1) % 250}.${others % 199}`,
  device,
  by = "password",
  ...rest
}: Try = {}) {
  const headers = { "x-forwarded-for": from, ...(device !== undefined && { cookie: `lectern_device=${device}` }) };
  const answer = await trial.ask(`/?${new URLSearchParams({ by, ...rest }).toString()}`, { headers });
  const retryAfter = answer.headers["retry-after"];
  const verdict = answer.status === 200 ? "tried" : retryAfter === undefined ? "asked to work" : "told to wait";
  return { verdict, text: answer.text };
}

/** How often something was tried before the answer was another one, which is answered too. */
async function triesUntilRefused(how: () => Try): Promise<[number, string]> {
  for (let tried = 0; ; tried += 1) {
    const { verdict } = await attempt(how());
    if (verdict !== "tried") return [tried, verdict];
  }
}

async function work(text: string): Promise<string> {
  const challenge: Challenge = JSON.parse(text).challenge;
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString("base64");
}

test("after ten wrong passwords from anywhere work is asked for, whether there is such an account or not", async () => {
  for (const as of ["maya@example.org", "nobody@example.org"]) {
    assert.deepEqual(await triesUntilRefused(() => ({ as })), [10, "asked to work"], as);
    assert.equal((await attempt({ as: as.toUpperCase() })).verdict, "asked to work");
  }
  assert.equal((await attempt({ as: "sam@example.org" })).verdict, "tried");
});

test("whoever works may try once for it", async () => {
  const proof = await work((await attempt()).text);
  assert.equal((await attempt({ by: "mail", as: "nobody@example.org" })).verdict, "tried");
  assert.equal((await attempt({ proof })).verdict, "tried");
  assert.equal((await attempt({ proof })).verdict, "asked to work");
});

test("who does not work uses up nothing, and keeps nobody else out", async () => {
  const as = "besieged@example.org";
  for (let each = 0; each < 120; each += 1) await attempt({ as });
  assert.equal((await attempt({ as, proof: await work((await attempt({ as })).text) })).verdict, "tried");
});

test("the owner under attack is let in by a browser of their own, which is counted by itself", async () => {
  for (let each = 0; each < 30; each += 1) {
    assert.equal((await attempt({ device: "maya-at-home", right: "yes" })).verdict, "tried");
  }
  assert.equal((await attempt({ device: "made-up", right: "yes" })).verdict, "asked to work");
  assert.equal((await attempt({ as: "nobody@example.org", device: "maya-at-home" })).verdict, "asked to work");
  assert.deepEqual(await triesUntilRefused(() => ({ device: "maya-at-home" })), [10, "asked to work"]);
});

test("an address that tries many accounts is asked to work, told so from the start, and then to wait", async () => {
  const from = "203.0.113.7";
  assert.equal((await attempt({ by: "work", from })).verdict, "tried");
  let each = 0;
  const another = () => ({ from, as: `reader-${(each += 1)}@example.org` });
  assert.deepEqual(await triesUntilRefused(another), [30, "asked to work"]);
  const { verdict, text } = await attempt({ by: "work", from });
  assert.equal(verdict, "asked to work");
  assert.equal((await attempt({ from, as: "fresh@example.org", proof: await work(text) })).verdict, "tried");
  await guesses.address.wait.penalize(from, 119);
  assert.equal((await attempt({ from, as: "fresh@example.org" })).verdict, "told to wait");
  assert.equal((await attempt({ from: "203.0.113.8", as: "fresh@example.org" })).verdict, "tried");
});

test("a class that signs in rightly behind one address is never asked for anything", async () => {
  const from = "2001:db8:5:6::1";
  for (let each = 0; each < 200; each += 1) {
    const { verdict } = await attempt({ from, as: `pupil-${each}@example.org`, right: "yes" });
    assert.equal(verdict, "tried");
  }
});

test("a crowd at once is no way around a limit", async () => {
  const tries = Array.from({ length: 60 }, () => attempt({ as: "crowd@example.org" }));
  const verdicts = (await Promise.all(tries)).map(({ verdict }) => verdict);
  assert.ok(verdicts.filter((verdict) => verdict === "tried").length <= 10);
});

test("mail to an address is bounded whoever asks, and a browser of the owner's still gets some", async () => {
  assert.deepEqual(await triesUntilRefused(() => ({ by: "mail", as: "maya@example.org" })), [5, "asked to work"]);
  assert.equal((await attempt({ by: "mail", device: "maya-at-home" })).verdict, "tried");
  const proof = await work((await attempt({ by: "mail" })).text);
  assert.equal((await attempt({ by: "mail", proof })).verdict, "tried");
  await letters.account.wait.penalize("maya@example.org", 14);
  assert.equal((await attempt({ by: "mail" })).verdict, "told to wait");
  assert.equal((await attempt({ by: "mail", device: "maya-at-home" })).verdict, "tried");
});

test("codes of a second factor are bounded for the account, for the owner's own browser by itself", async () => {
  assert.deepEqual(await triesUntilRefused(() => ({ by: "factor" })), [10, "told to wait"]);
  assert.deepEqual(await triesUntilRefused(() => ({ by: "factor", device: "maya-at-home" })), [10, "told to wait"]);
});

test("codes from mails are bounded for who asks for many", async () => {
  assert.deepEqual(await triesUntilRefused(() => ({ by: "code", from: "203.0.113.77" })), [100, "told to wait"]);
});

test("what was wrong is counted for who watches over the site, what was right is not", async () => {
  await tellNow();
  const before = await readTally(wrongTries);
  await attempt({ as: "counted@example.org" });
  await attempt({ as: "counted@example.org", right: "yes" });
  await tellNow();
  assert.equal((await readTally(wrongTries)) - before, 1);
});
