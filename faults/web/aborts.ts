import { once } from "node:events";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { sessions, users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";

const paths = ["/", urls.tutorials(), urls.account(), urls.dashboard(), "/nowhere/"];

/**
 * W5: readers who are signed in ask for pages, several of each at once, and go away in the middle of some. Each page
 * names its reader; answers how many named somebody else, or nobody.
 */
export async function abortRequests(
  origin: string,
  options: { readers: number; requests: number; abortedShare: number },
): Promise<{ answered: number; aborted: number; crossed: number }> {
  const readers = await addReaders(options.readers);
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const figures = { answered: 0, aborted: 0, crossed: 0 };

  async function ask({ name, token }: Reader, n: number): Promise<void> {
    const headers = { cookie: `${sessionCookie}=${token}` };
    const sent = request(origin + paths[n % paths.length], { agent, headers }).end();
    const isAborted = Math.random() < options.abortedShare;
    if (isAborted) setTimeout(() => sent.destroy(), Math.random() * 30);
    try {
      const [response] = await once(sent, "response");
      const page = await text(response);
      figures.answered += 1;
      const named = [...page.matchAll(/Reader-[\da-f]+-end/g)].map(([found]) => found);
      if (named.length === 0 || named.some((found) => found !== name)) figures.crossed += 1;
    } catch {
      figures.aborted += 1;
    }
  }

  await Promise.all(
    readers.map(async (reader) => {
      for (let n = 0; n < options.requests; n += 5)
        await Promise.all(Array.from({ length: 5 }, (_, more) => ask(reader, n + more)));
    }),
  );
  agent.destroy();
  return figures;
}

interface Reader {
  name: string;
  token: string;
}

async function addReaders(count: number): Promise<Reader[]> {
  const readers = Array.from({ length: count }, () => ({ name: `Reader-${newHex()}-end`, token: newSecret() }));
  const added = await db
    .insert(users)
    .values(readers.map(({ name }) => ({ name, address: `${name}@example.org` })))
    .returning({ id: users.id, name: users.name });
  const expiresAt = new Date(Date.now() + 3_600_000);
  const idOf = new Map(added.map(({ id, name }) => [name, id]));
  await db.insert(sessions).values(
    readers.map(({ name, token }) => ({
      tokenHash: hashSecret(token),
      userId: idOf.get(name) ?? 0,
      method: "password" as const,
      expiresAt,
    })),
  );
  return readers;
}

function newHex(): string {
  return Buffer.from(newSecret()).toString("hex").slice(0, 16);
}
