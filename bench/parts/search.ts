import { Agent, get } from "node:http";
import { once } from "node:events";
import { urls } from "#urls.ts";
import { startSite } from "../processes.ts";
import { judged, median, percentile, type Row } from "../report.ts";
import { searchQueries } from "../search-corpus.ts";
import { openLibrary } from "../world.ts";

const rounds = 5;

/** How long searches among 5,000 entries of 10 KB take, from the request to the last byte. */
export async function search(): Promise<Row[]> {
  await openLibrary();
  const site = await startSite({});
  const api = (q: string): string => site.origin + urls.searchApi({}, { q, limit: "8" });
  const page = (q: string): string => site.origin + urls.search({}, { q });
  const runs = [
    { what: "p95 of searches as you type", address: api, readers: 1 },
    { what: "p95 of searches as you type, four at once", address: api, readers: 4 },
    { what: "p95 of search pages", address: page, readers: 1 },
  ];
  for (const { address } of runs) await timeAll(searchQueries.map(address), 4);
  const rows: Row[] = [];
  for (const { what, address, readers } of runs) {
    const addresses = searchQueries.map(address);
    const times: number[][] = [];
    for (let round = 0; round < rounds; round++) times.push(await timeAll(addresses, readers));
    const ours = median(times.map((round) => percentile(round, 0.95)));
    rows.push(judged({ part: "search", what, ours, unit: "ms", target: { atMost: 50 } }));
  }
  await site.stop();
  return rows;
}

/** Milliseconds that each address takes while so many are asked at once. */
async function timeAll(addresses: readonly string[], readers: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  const waiting = [...addresses];
  const times: number[] = [];
  const read = async (): Promise<void> => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      const started = performance.now();
      const [response] = await once(get(url, { agent }), "response");
      if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}.`);
      await once(response.resume(), "end");
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: readers }, read));
  agent.destroy();
  return times;
}
