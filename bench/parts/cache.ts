import { besideBare, record } from "../beside.ts";
import { startSite } from "../processes.ts";
import type { Row } from "../report.ts";
import { openWorld } from "../world.ts";

/** An article from the page cache, whole and as 304. */
export async function cache(): Promise<Row[]> {
  const { article: path } = await openWorld();
  const site = await startSite({ pin: true });
  const brotli = { "accept-encoding": "gzip, deflate, br, zstd" };
  // The first answer is kept; the compression of later ones is as good as it gets after some more.
  for (let visit = 0; visit < 20; visit++) await record({ url: site.origin + path, headers: brotli });
  const { headers } = await record({ url: site.origin + path, headers: brotli });
  const tag = headers[headers.findIndex((name) => name.toLowerCase() === "etag") + 1] ?? "";
  const common = { part: "cache", path, atLeast: 0.85, rounds: 7 };
  const rows = await besideBare(site, [
    { ...common, what: "cached article", status: 200 },
    { ...common, what: "cached article as brotli", headers: brotli, status: 200 },
    { ...common, what: "cached article as 304", headers: { ...brotli, "if-none-match": tag }, status: 304 },
  ]);
  await site.stop();
  return rows;
}
