import { fork } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { subscriberToken } from "#apps/mail/links.ts";
import { prepareMailing } from "#apps/mail/mailings.ts";
import { sampler } from "#apps/mail/sampler.tsx";
import { mailingRecipients, mailings, messages } from "#apps/mail/schema.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { readContentVersion } from "#apps/catalog/content-version.ts";
import { buildAssets } from "#lib/assets.ts";
import { db } from "#lib/db.ts";
import { startSendgrid } from "#lib/mail/testing/sendgrid.ts";
import { urls } from "#urls.ts";
import { createSite } from "../../src/site.tsx";
import { openWorld, until } from "../jobs/world.ts";

export interface Swallowed {
  /** Pages that were asked for while the provider kept silent, and how many of them were not answered 200. */
  asked: number;
  failed: number;
  slowestMs: number;
  /** Addresses in doubt, and how many of them the provider has no text for, or the other way round. */
  doubted: number;
  wrong: number;
  twice: number;
  /** Who has got nothing, without a doubt, once the provider answered again. */
  lost: number;
}

const recipient = (n: number): { address: string } => ({ address: `reader.${n}@example.org` });
const token = subscriberToken({ address: "reader.0@example.org", list: sampler.list.name });
const pages = [
  urls.home(),
  urls.tutorials(),
  urls.search({}, { q: "list" }),
  urls.mailPreferences({}, { token }),
  urls.mailUnsubscribe({}, { token }),
];

/** A5 for mail: the provider takes connections and answers nothing for a while, and then answers again. */
export async function swallowMail(options: {
  seconds: number;
  recipients: number;
  timeoutMs?: number;
}): Promise<Swallowed> {
  const { seconds, recipients, timeoutMs = 10_000 } = options;
  const world = await openWorld();
  let isSilent = true;
  const provider = await startSendgrid({
    faultOf: () => (isSilent ? "silence before the body" : undefined),
    keep: false,
  });
  buildAssets(join(tmpdir(), "lectern-test-assets"));
  await readContentVersion();
  const site = await createSite({ maxBusyMs: Number.POSITIVE_INFINITY });
  const origin = await site.listen({ host: "127.0.0.1", port: 0 });
  const limit = Math.ceil(recipients / 20);
  const url = `${provider.url}&timeoutMs=${timeoutMs}`;
  const worker = fork(resolve(import.meta.dirname, "worker.ts"), [world.url, url, String(limit)]);
  try {
    worker.send("work");
    const everybody = Array.from({ length: recipients }, (_, n) => recipient(n));
    await prepareMailing(sampler, { name: "all" }, { key: "swallowed", recipients: everybody });
    await until(async () => provider.calls() > 0, 60_000);
    const figures = await browse(origin, { endsAt: Date.now() + seconds * 1000, recipients });
    isSilent = false;
    await until(() => isDrained(timeoutMs), 300_000);
    return { ...figures, ...(await compare(provider)) };
  } finally {
    worker.kill("SIGKILL");
    if (worker.exitCode === null) await once(worker, "exit");
    await site.close();
    await provider.close();
    await world.close();
  }
}

async function browse(origin: string, { endsAt, recipients }: { endsAt: number; recipients: number }) {
  const figures = { asked: 0, failed: 0, slowestMs: 0 };
  while (Date.now() < endsAt) {
    const began = performance.now();
    const answer = await fetch(`${origin}${pages[figures.asked % pages.length]}`);
    await answer.text();
    // As a page does that sends mail.
    if (figures.asked % 20 === 0) await sendMail(letter, recipient(recipients + figures.asked), { name: "you" });
    figures.slowestMs = Math.max(figures.slowestMs, Math.round(performance.now() - began));
    if (answer.status !== 200) figures.failed += 1;
    figures.asked += 1;
    await sleep(50);
  }
  return figures;
}

const letter = { ...sampler, name: "mail.trial", transactional: true, because: "you asked for it" } as const;

async function isDrained(timeoutMs: number): Promise<boolean> {
  // Nobody waits minutes for a test.
  if (timeoutMs < 10_000) await db.$client.query("update pgboss.job set start_after = now() where state = 'retry'");
  const waiting = await listAll();
  const isDone = (await db.select().from(mailings)).every(({ finishedAt }) => finishedAt !== null);
  return isDone && waiting.every(({ state }) => state === "accepted" || state === "unknown");
}

async function listAll(): Promise<{ address: string; state: string }[]> {
  const single = await db.select({ address: messages.address, state: messages.state }).from(messages);
  const { address, state } = mailingRecipients;
  return [...single, ...(await db.select({ address, state }).from(mailingRecipients))];
}

async function compare({ sink, swallowed }: { sink: Map<string, number>; swallowed: Set<string> }) {
  const all = await listAll();
  const doubted = all.filter(({ state }) => state === "unknown");
  return {
    doubted: doubted.length,
    wrong: new Set(doubted.map(({ address }) => address)).symmetricDifference(swallowed).size,
    twice: all.filter(({ address }) => (sink.get(address) ?? 0) + (swallowed.has(address) ? 1 : 0) > 1).length,
    lost: all.filter(({ address, state }) => state === "accepted" && !sink.has(address)).length,
  };
}
