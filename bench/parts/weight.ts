import { setTimeout as sleep } from "node:timers/promises";
import { record } from "../beside.ts";
import { startSite } from "../processes.ts";
import { judged, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

/** What a reader of an article downloads as style and as script, compressed. */
export async function weight(): Promise<Row[]> {
  const { article } = await openWorld();
  const site = await startSite({});
  const { body } = await record({ url: site.origin + article });
  const page = Buffer.from(body, "base64").toString();
  const styles = linked(
    page,
    /<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"/g,
  );
  const scripts = linked(page, /<script[^>]+src="([^"]+)"/g);
  if (styles.length === 0 || scripts.length === 0) throw new Error("The article names no style or no script.");
  const kilobytes = async (paths: readonly string[]): Promise<number> =>
    (await Promise.all(paths.map((path) => brotliSize(site.origin + path)))).reduce((sum, size) => sum + size, 0) /
    1000;
  const style = await kilobytes(styles);
  const script = await kilobytes(await withImports(site.origin, scripts));
  await site.stop();
  return [
    judged({ part: "weight", what: "style of an article, brotli", ours: style, unit: "KB", target: { atMost: 20 } }),
    judged({ part: "weight", what: "script of an article, brotli", ours: script, unit: "KB", target: { atMost: 30 } }),
  ];
}

function linked(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, one, other]) => one ?? other ?? ""))];
}

/** The modules and whatever they import without being asked. */
async function withImports(origin: string, paths: readonly string[]): Promise<string[]> {
  const all = new Set(paths);
  for (const path of all) {
    const { body } = await record({ url: origin + path });
    const text = Buffer.from(body, "base64").toString();
    for (const name of linked(text, /(?:from|import)\s*"([^"]+\.js)"/g)) all.add(new URL(name, origin + path).pathname);
  }
  return [...all];
}

/** Files that are worth it are compressed soon after the first start. */
async function brotliSize(url: string): Promise<number> {
  for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt; await sleep(50)) {
    const { status, headers, body } = await record({ url, headers: { "accept-encoding": "br" } });
    if (status !== 200) throw new Error(`${url} answered ${status}.`);
    const size = Buffer.from(body, "base64").length;
    if (headers.includes("br") || size < 1000) return size;
  }
  throw new Error(`${url} is not compressed.`);
}
