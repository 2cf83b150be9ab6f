import { Agent, request } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { sessions, users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { sign, signatureHeader } from "#apps/billing/sandbox/signing.ts";
import { paymentEvents } from "#apps/billing/schema.ts";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { canOpen } from "#apps/members/members.ts";
import { findViewer } from "#apps/members/viewers.ts";
import { db, queryCount } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { besideBare } from "../beside.ts";
import { startSite, type Site } from "../processes.ts";
import { judged, percentile, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

const seconds = 10;
const eventsPerSecond = 200;

/** How soon a provider hears that an event is kept, and what a member's page costs. */
export async function payments(): Promise<Row[]> {
  const { article } = await openWorld();
  const token = await addMember();
  const queries = await countQueries(token);
  const site = await startSite({ pin: true });
  const acks = await timeAcks(site);
  const headers = { cookie: `${sessionCookie}=${token}` };
  const common = { part: "payments" };
  const rows = await besideBare(site, [
    {
      ...common,
      what: "members' article, for a member",
      path: article,
      headers,
      status: 200,
      atLeast: 0.04,
      rounds: 7,
    },
  ]);
  await site.stop();
  const kept = await db.$count(paymentEvents);
  if (kept < seconds * eventsPerSecond) throw new Error(`Only ${kept} events were kept.`);
  return [
    judged({
      ...common,
      what: `an event kept and acknowledged, ${eventsPerSecond} a second, p99`,
      unit: "ms",
      ours: percentile(acks, 0.99),
      target: { atMost: 100 },
    }),
    ...rows,
    judged({
      ...common,
      what: "queries for what a member may open",
      unit: "a page",
      ours: queries,
      target: { atMost: 1 },
    }),
  ];
}

async function addMember(): Promise<string> {
  const [user] = await db.insert(users).values({ address: "member@example.org" }).returning({ id: users.id });
  const userId = user?.id ?? 0;
  const token = newSecret();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(sessions).values({ tokenHash: hashSecret(token), userId, method: "password", expiresAt });
  await putEntitlement("comp", "bench", { userId, label: "membership", startsAt: new Date(0), endsAt: null });
  return token;
}

/** The one that finds the session tells what its owner may open as well. */
async function countQueries(token: string): Promise<number> {
  const before = queryCount();
  const viewer = await findViewer(token);
  if (!canOpen(viewer, { access: "members" })) throw new Error("The member is none.");
  return queryCount() - before;
}

/** Tells of customers of the sandbox, of which nothing follows, at an even pace; answers the milliseconds that each took. */
async function timeAcks({ origin }: Site): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const startedAt = performance.now();
  const acks: Promise<number>[] = [];
  for (let n = 0; n < seconds * eventsPerSecond; n++) {
    const wait = startedAt + (n * 1000) / eventsPerSecond - performance.now();
    if (wait > 1) await sleep(wait);
    acks.push(ask(origin, agent, n));
  }
  const times = await Promise.all(acks);
  agent.destroy();
  return times;
}

async function ask(origin: string, agent: Agent, n: number): Promise<number> {
  const body = Buffer.from(JSON.stringify(eventOf(n)));
  const headers = { "content-type": "application/json", [signatureHeader]: sign(body, new Date()) };
  const startedAt = performance.now();
  const asking = request(origin + urls.paymentEvents({ provider: "sandbox" }), { method: "POST", agent, headers });
  asking.end(body);
  const [response] = await once(asking, "response");
  await text(response);
  if (response.statusCode !== 200) throw new Error(`An event was answered with ${response.statusCode}.`);
  return performance.now() - startedAt;
}

function eventOf(n: number) {
  const occurredAt = new Date().toISOString();
  // As much as Paddle tells of a subscription.
  const data = { kind: "customer", id: `ctm_bench_${n}`, country: "US", card: "good", note: "x".repeat(4000) };
  return { event_id: `evt_bench_${n}`, event_type: "customer.updated", occurred_at: occurredAt, data };
}
