import { setTimeout as sleep } from "node:timers/promises";
import { sessions, users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { openPaddleProvider } from "#apps/billing/paddle/provider.ts";
import type { Provider } from "#apps/billing/provider.ts";
import { useProviders } from "#apps/billing/providers.ts";
import { reconcile } from "#apps/billing/reconciling.ts";
import { openStripeProvider } from "#apps/billing/stripe/provider.ts";
import type { ApiServer } from "#apps/billing/testing/api-server.ts";
import { settle } from "#apps/billing/testing/buying.ts";
import type { Outbox } from "#apps/billing/testing/outbox.ts";
import { startPaddle } from "#apps/billing/testing/paddle-server.ts";
import { startStripe } from "#apps/billing/testing/stripe-server.ts";
import { canary } from "#apps/tutorials/fixtures.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { entryPath, urls } from "#urls.ts";
import { withSite } from "../web/site.ts";

export interface Swallowed {
  /** Pages for everybody, asked for while the provider's API answered nothing, and those that were not answered 200. */
  pages: number;
  failed: number;
  /** Checkouts meanwhile, those that did not end in a sentence, and the longest that a buyer waited for it. */
  checkouts: number;
  wrong: number;
  longestMs: number;
  /** Times that a member could not read on. */
  lost: number;
  /** Events that came meanwhile and were not kept. */
  refused: number;
}

interface Stage {
  provider: Provider;
  api: ApiServer;
  outbox: Outbox;
  /** Pays the checkout that was begun last. */
  pay: () => void;
}

/** P8: the API of each provider takes calls and answers none, while people read, buy, and are told of. */
export async function swallowCalls(counts: { checkouts: number; pages: number }): Promise<Swallowed> {
  const paddle = await startPaddle();
  const stripe = await startStripe();
  const stages: readonly Stage[] = [
    {
      provider: openPaddleProvider(paddle.keys),
      ...paddle,
      pay: () => void paddle.pay([...paddle.world.transactions.keys()].at(-1) ?? "", { email: "m@example.org" }),
    },
    {
      provider: openStripeProvider(stripe.keys),
      ...stripe,
      pay: () => void stripe.pay([...stripe.world.sessions.keys()].at(-1) ?? ""),
    },
  ];
  const all: Swallowed = { pages: 0, failed: 0, checkouts: 0, wrong: 0, longestMs: 0, lost: 0, refused: 0 };
  try {
    await withSite(async (origin) => {
      for (const stage of stages) await swallow(stage, { origin, all, ...counts });
    });
  } finally {
    await paddle.close();
    await stripe.close();
  }
  return all;
}

async function swallow(
  { provider, api, outbox, pay }: Stage,
  { origin, all, checkouts, pages }: { origin: string; all: Swallowed; checkouts: number; pages: number },
): Promise<void> {
  useProviders([provider]);
  const member = await newReader(origin, `member-of-${provider.name}@example.org`);
  const begun = await member.buy();
  if (begun.status >= 400) throw new Error(`A checkout answered ${begun.status}.`);
  pay();
  const told = [...outbox.waiting];
  await deliver();
  await settle();
  if (!(await reads())) throw new Error("The member is none.");

  api.fault = "silence";
  const buying = buy();
  const comparing = reconcile(provider.name).catch(() => undefined);
  for (let n = 0; n < pages; n += 1) {
    const page = await fetch(
      origin + [urls.home(), urls.join(), urls.tutorials(), entryPath({ slug: "decorators" })][n % 4],
    );
    await page.text();
    all.pages += 1;
    if (page.status !== 200) all.failed += 1;
    if (n % 10 === 0 && !(await reads())) all.lost += 1;
    await sleep(5);
  }
  // What is told once more is as good as news: it is to be kept, whoever is away.
  outbox.waiting.push(...told);
  await deliver();
  await buying;
  await comparing;
  await settle();
  if (!(await reads())) all.lost += 1;
  api.fault = undefined;

  async function buy(): Promise<void> {
    for (let n = 0; n < checkouts; n += 1) {
      const buyer = await newReader(origin, `buyer-${n}-of-${provider.name}@example.org`);
      const { status, text, ms } = await buyer.buy();
      all.checkouts += 1;
      if (status !== 503 || !/does not answer just now\. Nothing was charged/.test(text)) all.wrong += 1;
      all.longestMs = Math.max(all.longestMs, Math.round(ms));
    }
  }

  async function reads(): Promise<boolean> {
    const page = await member.get(entryPath({ slug: "decorators" }));
    return page.status === 200 && page.text.includes(canary);
  }

  async function deliver(): Promise<void> {
    await outbox.deliver(async ({ body, headers }) => {
      const address = origin + urls.paymentEvents({ provider: provider.name });
      const answer = await fetch(address, { method: "POST", body, headers });
      if (answer.status !== 200) all.refused += 1;
    });
  }
}

interface Answer {
  status: number;
  text: string;
  ms: number;
}

/** Somebody with an account and a browser. */
async function newReader(
  origin: string,
  address: string,
): Promise<{ get: (path: string) => Promise<Answer>; buy: () => Promise<Answer> }> {
  const [user] = await db.insert(users).values({ address }).returning({ id: users.id });
  const token = newSecret();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db
    .insert(sessions)
    .values({ tokenHash: hashSecret(token), userId: user?.id ?? 0, method: "password", expiresAt });
  const headers = { cookie: `${sessionCookie}=${token}`, origin };

  async function ask(path: string, fields?: Record<string, string>): Promise<Answer> {
    const startedAt = performance.now();
    const form = fields && { method: "POST", body: new URLSearchParams(fields) };
    const answer = await fetch(origin + path, { headers, redirect: "manual", ...form });
    return { status: answer.status, text: await answer.text(), ms: performance.now() - startedAt };
  }

  return {
    get: (path) => ask(path),
    buy: async () => {
      const path = urls.joinPlan({ plan: "monthly" });
      const { text } = await ask(path);
      const valueOf = (name: string): string => new RegExp(`name="${name}" value="([\\w-]+)"`).exec(text)?.[1] ?? "";
      return await ask(path, { csrf: valueOf("csrf"), price: valueOf("price") });
    },
  };
}
