import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, beforeEach, test } from "node:test";
import { eq } from "drizzle-orm";
import { testDatabase } from "../../../test/helpers/database.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import { mailAddress } from "#lib/mail/headers.ts";
import { complaint, exim, postfix, vacation } from "#lib/mail/testing/returned.ts";
import type { Recipient } from "#lib/mail/transport.ts";
import { config, readConfig } from "#config.ts";
import { takeReturned } from "./bounces.ts";
import { prepareMailing } from "./mailings.ts";
import { findReturnPath, returnPath } from "./return-path.ts";
import { sampler } from "./sampler.tsx";
import { mailEvents, mailingRecipients, suppressions } from "./schema.ts";
import { sendMail } from "./sending.ts";
import { sendMailing, sendMessage } from "./tasks.ts";
import { useTransport } from "./transport.ts";

const database = await testDatabase();
connect(database.url);
const home = "bounces@learn.example.org";
Object.assign(config, { MAIL_BOUNCES: home });
const sent: Recipient[] = [];
useTransport({
  name: "a test",
  limit: 1000,
  deliver: async (_letter, recipients) => {
    sent.push(...recipients);
    return { state: "accepted", reason: "" };
  },
});
after(async () => {
  await disconnect();
  await database.drop();
});
beforeEach(async () => {
  await db.delete(suppressions);
  await db.delete(mailEvents);
});

const people = ["maya", "sam", "ada"].map((name) => ({ address: `${name}@example.net` }));
await prepareMailing(sampler, { name: "all" }, { key: "returned", recipients: people });
await sendMail(
  { ...sampler, transactional: true, because: "you asked for it" },
  { address: "otto@example.net" },
  { name: "Otto" },
);
await drainTasks([sendMailing, sendMessage]);
const pathOf = (address: string): string => sent.find((each) => each.address === address)?.returnPath ?? "";

const take = (text: string, to?: string) => takeReturned(Buffer.from(text), { to });
const suppressed = async () => await db.select().from(suppressions);

test("every mail has an envelope sender of its own, which servers may write in capitals", () => {
  const paths = sent.map(({ address }) => pathOf(address));
  assert.equal(new Set(paths).size, 4);
  for (const path of paths) {
    assert.equal(mailAddress(path), path);
    assert.deepEqual(findReturnPath(path.toUpperCase()), findReturnPath(path));
    assert.ok(findReturnPath(`<${path}>`) !== undefined);
  }
  Object.assign(config, { MAIL_BOUNCES: "a-home-of-16-let@learn.example.org" });
  assert.equal(returnPath("mailing-999999999", "x@example.org")?.split("@")[0]?.length, 64);
  Object.assign(config, { MAIL_BOUNCES: home });
});

for (const address of ["sam@example.net", "otto@example.net"]) {
  test(`a bounce ends mail to ${address} alone, and counts once`, async () => {
    const bounce = postfix({ to: pathOf(address) });
    await take(bounce);
    await take(`Received: again\n${bounce}`);
    assert.deepEqual(
      (await suppressed()).map((row) => [row.address, row.reason]),
      [[address, "bounce"]],
    );
    assert.equal(await db.$count(mailEvents), 1);
  });
}

test("a complaint ends mail, too", async () => {
  await take(complaint({ to: pathOf("maya@example.net") }));
  assert.deepEqual(
    (await suppressed()).map((row) => [row.address, row.reason]),
    [["maya@example.net", "complaint"]],
  );
});

test("a full mailbox and a delay are noted, an answer by a machine is not, and none of them ends anything", async () => {
  const to = pathOf("sam@example.net");
  await take(exim({ to, status: "5.2.2" }));
  await take(postfix({ to, action: "delayed", status: "4.4.1" }));
  await take(vacation({ to }));
  const events = await db.select({ type: mailEvents.type }).from(mailEvents).orderBy(mailEvents.type);
  assert.deepEqual(events, [{ type: "blocked" }, { type: "deferred" }]);
  assert.deepEqual(await suppressed(), []);
});

test("a bounce resolves what was unknown: they had it", async () => {
  const isSam = eq(mailingRecipients.address, "sam@example.net");
  await db.update(mailingRecipients).set({ state: "unknown" }).where(isSam);
  await take(exim({ to: pathOf("sam@example.net"), status: "4.2.2" }));
  assert.equal((await db.select().from(mailingRecipients).where(isSam))[0]?.state, "accepted");
});

test("nobody can make up a bounce", async () => {
  const right = pathOf("sam@example.net");
  const forged = [
    right.replace(/-\w{16}@/, "-0000000000000000@"),
    right.replace("mailing-1", "mailing-2"),
    right.replace(/-[0-9a-f]{12}-/, "-000000000000-"),
    right.replace("learn.example.org", "evil.example.org"),
    right.replace("learn.example.org", "learnxexample.org"),
    right.replace("bounces+", "bounces-"),
    home,
    "",
  ];
  for (const to of forged) {
    await assert.rejects(take(postfix({ to: "nobody@example.org" }), to), { name: "UserError", status: 65 }, to);
  }
  await assert.rejects(take(postfix({ to: "nobody@example.org" })), { status: 65 });
  assert.deepEqual([await suppressed(), await db.$count(mailEvents)], [[], 0]);
});

test("a mail that is not known any more changes nothing", async () => {
  const gone = returnPath("message-999", "sam@example.net") ?? "";
  await assert.rejects(take(postfix({ to: gone })), { status: 65, message: /message-999/ });
});

function bounce(input: string, settings: Record<string, string> = {}, args: string[] = []) {
  const env = { ...process.env, DATABASE_URL: database.url, MAIL_BOUNCES: home, ...settings };
  const { status, stdout, stderr } = spawnSync("./manage", ["mail", "bounce", ...args], {
    input,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("./manage mail bounce says by its status whether it was taken, is bad, or should come again", async () => {
  const to = pathOf("ada@example.net");
  assert.deepEqual(bounce(postfix({ to: "x@example.org" }), {}, ["--to", to]), { status: 0, stdout: "", stderr: "" });
  assert.equal((await suppressed())[0]?.address, "ada@example.net");
  const forged = bounce(postfix({ to: to.replace("mailing-1", "mailing-2") }));
  assert.deepEqual([forged.status, forged.stderr], [65, "It came to no address that this site has signed.\n"]);
  const away = bounce(postfix({ to }), { DATABASE_URL: "postgres://127.0.0.1:1/none" });
  assert.equal(away.status, 75);
  assert.match(away.stderr, /^[^\n]*cannot be reached[^\n]*\n$/);
});

for (const wrong of ["bounces", "a-name-of-17-char@example.org", "b+x@example.org", "bounces@example.org x"]) {
  test(`MAIL_BOUNCES=${wrong} is refused with a sentence`, () => {
    assert.throws(() => readConfig({ MAIL_BOUNCES: wrong }), { name: "UserError", message: /MAIL_BOUNCES/ });
  });
}
