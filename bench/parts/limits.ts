import { reading } from "#apps/staff/limits.ts";
import { Limited } from "#lib/http/problems.ts";
import { tellNow } from "#lib/limits/flushing.ts";
import { findGenerator } from "../load.ts";
import { processorSeconds, type Site, startSite } from "../processes.ts";
import { randomNumbers } from "../random.ts";
import { judged, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

/** Requests in what stands for a second, after which what was counted is told to the database. */
const aSecond = 2000;

/** What it costs to count a request that no cache answers, beside what its page costs. */
export async function limits(): Promise<Row[]> {
  const { article } = await openWorld();
  const counting = await timeCounting();
  const site = await startSite({ script: "bench/uncached-site.ts", pin: true });
  const page = await timePage(site, article);
  await site.stop();
  return [
    judged({
      part: "limits",
      what: "counting a request against its limits, processor",
      ours: counting,
      unit: "µs",
      beside: { what: "µs an uncached article", value: page },
      ratio: counting / page,
      target: { atMost: 0.05 },
    }),
  ];
}

/** Readers behind 5,000 addresses of both kinds, a school of which asks for every fourth page. */
async function timeCounting(): Promise<number> {
  const random = randomNumbers(7);
  const addresses = Array.from({ length: 5000 }, (_, n) =>
    n % 2 === 0 ? `10.${n % 199}.${n % 251}.${n % 241}` : `2001:db8:${n.toString(16)}:7::${(n % 97).toString(16)}`,
  );
  const pick = (): string =>
    random() < 0.25 ? "192.0.2.80" : (addresses[Math.floor(random() * addresses.length)] ?? "");
  const asked = Array.from({ length: aSecond * 50 }, pick);
  await count(asked);
  const before = process.cpuUsage();
  await count(asked);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / asked.length;
}

async function count(asked: readonly string[]): Promise<void> {
  for (const [place, address] of asked.entries()) {
    try {
      reading.take(address);
    } catch (error) {
      if (!(error instanceof Limited)) throw error;
    }
    if (place % aSecond === 0) await tellNow();
  }
}

async function timePage({ origin, pid }: Site, path: string): Promise<number> {
  const { run } = findGenerator();
  const target = { url: origin + path, pid };
  await run(target, 2);
  const before = processorSeconds(pid);
  const answers = await run(target, 5);
  return ((processorSeconds(pid) - before) / answers) * 1e6;
}
