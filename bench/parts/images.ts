import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { variantPath } from "#apps/media/addresses.ts";
import type { Media } from "#apps/media/schema.ts";
import { config } from "#config.ts";
import type { SharpTask } from "../bare-sharp.ts";
import { record } from "../beside.ts";
import { compareTurns } from "../load.ts";
import { startHelper, startSite, stop } from "../processes.ts";
import { judged, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

interface Task extends SharpTask {
  path: string;
}

const wanted = [
  { format: "webp", widths: [320, 480, 640, 960, 1280, 1920], rounds: 5 },
  { format: "avif", widths: [320, 480, 640, 960], rounds: 3 },
] as const;

/** Variants that nobody has asked for before, through the site, beside sharp alone in as many processes. */
export async function images(): Promise<Row[]> {
  const { photos } = await openWorld();
  const workers = Math.min(2, availableParallelism());
  process.env.IMAGE_THREADS = String(Math.max(1, Math.floor(availableParallelism() / workers)));
  const site = await startSite({});
  const helpers = Array.from({ length: workers }, () => startHelper("bare-sharp.ts", { pin: false }));
  await Promise.all(helpers.map((helper) => once(helper, "message")));
  const rows: Row[] = [];
  for (const { format, widths, rounds } of wanted) {
    const tasks = photos.flatMap((photo) => widths.map((width) => taskOf(photo, { width, format })));
    const ask = ({ path }: Task): Promise<void> => fetchPicture(site.origin + path);
    const throughSite = async (): Promise<number> => {
      await rm(join(config.STORAGE_URL, "variants"), { recursive: true, force: true });
      return rate(tasks, [ask, ask, ask, ask]);
    };
    const bare = (): Promise<number> =>
      rate(
        tasks,
        helpers.map((helper) => (task: Task) => make(helper, task)),
      );
    await throughSite();
    const { ours, theirs, ratio } = await compareTurns(rounds, throughSite, bare);
    const what = `${format === "webp" ? "WebP" : "AVIF"} variants of 3.8 megapixels`;
    const beside = { what: "sharp alone", value: theirs };
    rows.push(judged({ part: "images", what, ours, unit: "a second", beside, ratio, target: { atLeast: 0.85 } }));
  }
  await Promise.all([site.stop(), ...helpers.map(stop)]);
  return rows;
}

function taskOf({ hash }: Media, { width, format }: Pick<Task, "width" | "format">): Task {
  const file = join(config.STORAGE_URL, "originals", hash.slice(0, 2), hash);
  return { file, width, format, path: variantPath({ hash: hash.slice(0, 16), width, format }) };
}

/** Hands the tasks to whoever is free; answers how many were done a second. */
async function rate(tasks: readonly Task[], workers: readonly ((task: Task) => Promise<void>)[]): Promise<number> {
  const waiting = [...tasks];
  const started = performance.now();
  await Promise.all(
    workers.map(async (work) => {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await work(task);
    }),
  );
  return (tasks.length * 1000) / (performance.now() - started);
}

async function fetchPicture(url: string): Promise<void> {
  const { status } = await record({ url });
  if (status !== 200) throw new Error(`${url} answered ${status}.`);
}

async function make(helper: ChildProcess, { file, width, format }: Task): Promise<void> {
  helper.send({ file, width, format });
  await once(helper, "message");
}
