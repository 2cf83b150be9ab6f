import { Agent, get } from "node:http";
import { once } from "node:events";
import { sql } from "drizzle-orm";
import { bodies, entries } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { residentMegabytes, startSite } from "../processes.ts";
import { randomNumbers } from "../random.ts";
import { judged, type Row } from "../report.ts";
import { searchQueries } from "../search-corpus.ts";
import { openLibrary, openWorld } from "../world.ts";

const requests = 10_000;

/**
 * The memory of the Node process that serves, after 10,000 requests from 16 readers: articles of 50 KB, some of them
 * read often and thousands once, which fills the page cache; lists; searches.
 */
export async function memory(): Promise<Row[]> {
  const { article } = await openWorld();
  await openLibrary();
  await db.execute(sql`
    update ${bodies} set html = (
      select b.html from ${bodies} b join ${entries} e on e.id = b.id where e.path = ${article}
    ) where html = ''
  `);
  const { rows } = await db.execute<{ path: string }>(sql`select path from ${entries} where published_at <= now()`);
  const site = await startSite({});
  await ask(site.origin, addresses(rows.map(({ path }) => path)));
  const ours = residentMegabytes(site.pid);
  await site.stop();
  const what = `memory after ${requests.toLocaleString("en")} requests`;
  return [judged({ part: "memory", what, ours, unit: "MB", target: { atMost: 200 } })];
}

function addresses(paths: readonly string[]): string[] {
  const random = randomNumbers(7);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  // Zipf's law, as in what people read.
  const popular = (): string | undefined => paths[Math.floor(paths.length ** random()) - 1];
  return Array.from({ length: requests }, () => {
    const kind = random();
    if (kind < 0.6) return popular() ?? urls.home();
    if (kind < 0.8) return pick(paths) ?? urls.home();
    if (kind < 0.9) return urls.tutorials({}, { page: String(1 + Math.floor(random() * 100)) });
    return urls.searchApi({}, { q: pick(searchQueries) ?? "", limit: "8" });
  });
}

async function ask(origin: string, paths: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const waiting = [...paths];
  const headers = { "accept-encoding": "gzip, deflate, br" };
  const read = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const [response] = await once(get(origin + path, { agent, headers }), "response");
      await once(response.resume(), "end");
      // A site that is very busy says so, and is asked again.
      if (response.statusCode === 503) waiting.push(path);
      else if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}.`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, read));
  agent.destroy();
}
