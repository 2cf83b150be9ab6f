import { Agent, request } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { sessions, users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { findViewer } from "#apps/members/viewers.ts";
import { db } from "#lib/db.ts";
import { hashPassword } from "#lib/passwords.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { besideBare } from "../beside.ts";
import { startSite, type Site } from "../processes.ts";
import { judged, median, percentile, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

const readers = 200;
const signInsPerSecond = 20;
const seconds = 10;
const password = "a password for measuring";

/** What a reader costs who is signed in, and whether others notice that many sign in. */
export async function accounts(): Promise<Row[]> {
  const { article } = await openWorld();
  const token = await addReaders();
  const common = { part: "accounts" };
  const query = await timeQueries(token);

  const site = await startSite({ pin: true });
  const headers = { cookie: `${sessionCookie}=${token}` };
  const rows = await besideBare(site, [
    { ...common, what: "article, signed in", path: article, headers, status: 200, atLeast: 0.04, rounds: 7 },
  ]);
  await site.stop();

  // Each sign-in comes from an address of its own, as in life.
  const crowded = await startSite({ script: "bench/uncached-site.ts", env: { TRUSTED_PROXIES: "127.0.0.1" } });
  const calm = await timePages(crowded, article);
  const [busy, signedIn] = await Promise.all([timePages(crowded, article), signIn(crowded)]);
  await crowded.stop();
  const wanted = seconds * signInsPerSecond;
  if (signedIn < wanted) throw new Error(`Only ${signedIn} of ${wanted} sign-ins succeeded.`);
  return [
    judged({
      ...common,
      what: "the query for a session, processor",
      unit: "µs",
      ours: query,
      target: { atMost: 100 },
    }),
    ...rows,
    judged({
      ...common,
      what: `a page while ${signInsPerSecond} sign in a second, p99 more`,
      unit: "ms",
      ours: percentile(busy, 0.99) - percentile(calm, 0.99),
      beside: { what: "ms without", value: percentile(calm, 0.99) },
      target: { atMost: 50 },
    }),
  ];
}

async function addReaders(): Promise<string> {
  const passwordHash = await hashPassword(password);
  const people = Array.from({ length: readers }, (_, n) => ({
    address: addressOf(n),
    name: `Reader ${n}`,
    passwordHash,
  }));
  const [first] = await db.insert(users).values(people).returning({ id: users.id });
  const token = newSecret();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(sessions).values({
    tokenHash: hashSecret(token),
    userId: first?.id ?? 0,
    method: "password",
    isPersistent: true,
    expiresAt,
  });
  return token;
}

const addressOf = (n: number): string => `reader-${n}@example.org`;

/** Microseconds of this process's processor for each query, the median of some rounds. */
async function timeQueries(token: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < 2000; n += 10) await Promise.all(Array.from({ length: 10 }, () => findViewer(token)));
    const { user, system } = process.cpuUsage(before);
    if (round > 0) times.push((user + system) / 2000);
  }
  return median(times);
}

/** Asks for a page fifty times a second; answers the milliseconds that each took. */
async function timePages({ origin }: Site, path: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const times: Promise<number>[] = [];
  for (let n = 0; n < seconds * 50; n++) {
    times.push(timed(agent, origin + path));
    await sleep(20);
  }
  const all = await Promise.all(times);
  agent.destroy();
  return all;
}

async function timed(agent: Agent, url: string): Promise<number> {
  const startedAt = performance.now();
  const [response] = await once(request(url, { agent }).end(), "response");
  await text(response);
  return performance.now() - startedAt;
}

/** Signs somebody in, `signInsPerSecond` times a second; answers how many got a session. */
async function signIn({ origin }: Site): Promise<number> {
  const page = await fetch(origin + urls.signIn());
  const csrf = /name="csrf" value="([\w-]+)"/.exec(await page.text())?.[1] ?? "";
  const cookie = page.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const answers: Promise<boolean>[] = [];
  for (let n = 0; n < seconds * signInsPerSecond; n++) {
    const body = new URLSearchParams({ csrf, address: addressOf(n % readers), password });
    const headers = { cookie, origin, "x-forwarded-for": `198.18.${n % 200}.${1 + Math.floor(n / 200)}` };
    const options = { method: "POST", headers, body, redirect: "manual" } as const;
    answers.push(
      fetch(origin + urls.signIn(), options).then((answer) =>
        answer.headers.getSetCookie().some((each) => each.startsWith(`${sessionCookie}=`)),
      ),
    );
    await sleep(1000 / signInsPerSecond);
  }
  return (await Promise.all(answers)).filter(Boolean).length;
}
