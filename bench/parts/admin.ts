import { Agent, get } from "node:http";
import { once } from "node:events";
import { sql } from "drizzle-orm";
import { rolePermissions, roles, sessions, userRoles, users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { startSite } from "../processes.ts";
import { judged, median, percentile, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

const rows = 100_000;
const rounds = 5;

/** How long lists of 100,000 rows take: filtered, searched, sorted, leafed through, from the request to the last byte. */
export async function admin(): Promise<Row[]> {
  await openWorld();
  await addRows();
  const token = await addOwner();
  const site = await startSite({ script: "bench/uncached-site.ts" });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const time = async (path: string): Promise<number> => {
    const startedAt = performance.now();
    const [response] = await once(
      get(site.origin + path, { agent, headers: { cookie: `${sessionCookie}=${token}` } }),
      "response",
    );
    if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}.`);
    await once(response.resume(), "end");
    return performance.now() - startedAt;
  };
  const found: Row[] = [];
  for (const [what, paths] of Object.entries(kinds)) {
    for (const path of paths) await time(path);
    const all: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      const times: number[] = [];
      for (const path of paths) times.push(await time(path));
      all.push(times);
    }
    if (process.env.BENCH_DETAIL) {
      for (const [place, path] of paths.entries())
        process.stderr.write(`${median(all.map((each) => each[place] ?? 0)).toFixed(1)} ${path}\n`);
    }
    const ours = median(all.map((times) => percentile(times, 0.95)));
    found.push(
      judged({ part: "admin", what: `p95 of ${what} of 100,000 rows`, ours, unit: "ms", target: { atMost: 100 } }),
    );
  }
  agent.destroy();
  await site.stop();
  return found;
}

const mail = { model: "mail_messages" };
const accounts = { model: "users" };
const entries = { model: "entries" };

const kinds: Readonly<Record<string, string[]>> = {
  "filtered lists": [
    urls.adminList(mail, { filter: "state:refused" }),
    urls.adminList(mail, { filter: ["state:accepted", "createdAt:2026-03"] }),
    urls.adminList(mail, { filter: ["template:bench.three", "state:queued"] }),
    urls.adminList(accounts, { filter: "requiresSecondFactor:true" }),
    urls.adminList(accounts, { filter: "bannedAt:*" }),
    urls.adminList(entries, { filter: ["access:members", "level:advanced"] }),
    urls.adminList(entries, { filter: ["kind:tutorial", "publishedAt:2025"] }),
    urls.adminList(entries, { filter: "level:" }),
  ],
  "searched lists": [
    urls.adminList(mail, { q: "person-777" }),
    urls.adminList(mail, { q: "letter 4242" }),
    urls.adminList(accounts, { q: "zoe" }),
    urls.adminList(accounts, { q: "person-9999@example" }),
    urls.adminList(accounts, { q: "example.org" }),
    urls.adminList(entries, { q: "entry 5150" }),
    urls.adminList(entries, { q: "nowhere to be found" }),
    urls.adminSearch({}, { q: "person-31337" }),
  ],
  "sorted lists": [
    urls.adminList(mail, { order: "subject" }),
    urls.adminList(mail, { order: "-address" }),
    urls.adminList(accounts, { order: "name" }),
    urls.adminList(accounts, { order: "-address", page: "40" }),
    urls.adminList(entries, { order: "title" }),
    urls.adminList(entries, { order: "-access", page: "200" }),
  ],
  "lists that are filtered, searched and sorted": [
    urls.adminList(mail, { q: "person-1", filter: ["state:accepted", "createdAt:2026"], order: "-subject" }),
    urls.adminList(mail, { q: "letter", filter: "template:bench.one", order: "address" }),
    urls.adminList(accounts, { q: "adam", filter: "createdAt:2025", order: "name" }),
    urls.adminList(accounts, { q: "person", filter: "bannedAt:", order: "-name", page: "20" }),
    urls.adminList(entries, { q: "entry", filter: ["access:public", "level:basics"], order: "-title" }),
    urls.adminList(entries, { q: "entry 99", filter: "publishedAt:2026-05", order: "publishedAt" }),
  ],
};

async function addRows(): Promise<void> {
  // A statement may take 15 s, and the machine may be busy.
  for (let from = 1; from <= rows; from += 5000) await addSome(from, from + 4999);
  await db.execute(sql`analyze`);
}

async function addSome(from: number, to: number): Promise<void> {
  await db.execute(sql`
    insert into users (address, name, requires_second_factor, banned_at, created_at)
    select 'person-' || n || '@example.org', (array['Adam', 'Zoe', 'Maya', 'Lin', 'Omar'])[1 + n % 5] || ' ' || md5(n::text),
      n % 50 = 0, case when n % 500 = 0 then now() end, timestamptz '2024-01-01' + n * interval '12 minutes'
    from generate_series(${from}::int, ${to}::int) n`);
  await db.execute(sql`
    insert into mail_messages (template, address, name, subject, html, text, headers, state, created_at)
    select (array['bench.one', 'bench.two', 'bench.three'])[1 + n % 3], 'person-' || n || '@example.org', '', 'Letter ' || n,
      repeat('html ', 400), repeat('text ', 200), '{}',
      (array['accepted', 'accepted', 'accepted', 'refused', 'unknown'])[1 + (n / 3) % 5],
      timestamptz '2025-10-01' + n * interval '6 minutes'
    from generate_series(${from}::int, ${to}::int) n`);
  await db.execute(sql`
    insert into entries (kind, path, title, summary, access, level, published_at, updated_at)
    select (array['tutorial', 'page', 'lesson'])[1 + n % 3], '/bench-' || n || '/', 'Entry ' || n || ' ' || md5(n::text), repeat('word ', 30),
      (array['public', 'members', 'registered'])[1 + n % 3], (array['basics', 'intermediate', 'advanced', null])[1 + n % 4],
      timestamptz '2024-01-01' + n * interval '12 minutes', timestamptz '2024-01-01' + n * interval '12 minutes'
    from generate_series(${from}::int, ${to}::int) n`);
}

async function addOwner(): Promise<string> {
  const [owner] = await db.insert(users).values({ address: "owner@bench.example.org" }).returning({ id: users.id });
  const [role] = await db
    .select({ id: roles.id })
    .from(roles)
    .innerJoin(rolePermissions, sql`${rolePermissions.roleId} = ${roles.id} and ${rolePermissions.permission} = '*'`);
  const token = newSecret();
  const userId = owner?.id ?? 0;
  await db.insert(userRoles).values({ userId, roleId: role?.id ?? 0 });
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(sessions).values({
    tokenHash: hashSecret(token),
    userId,
    method: "password",
    hasSecondFactor: true,
    isPersistent: true,
    expiresAt,
  });
  return token;
}
