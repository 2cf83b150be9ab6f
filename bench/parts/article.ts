import { besideBare } from "../beside.ts";
import { startSite } from "../processes.ts";
import type { Row } from "../report.ts";
import { openWorld } from "../world.ts";

/** An article that is rendered for each request, for a reader who is not signed in. */
export async function article(): Promise<Row[]> {
  const { article: path } = await openWorld();
  const site = await startSite({ script: "bench/uncached-site.ts", pin: true });
  const rows = await besideBare(site, [
    { part: "article", what: "uncached article", path, status: 200, atLeast: 0.05, rounds: 7 },
  ]);
  await site.stop();
  return rows;
}
