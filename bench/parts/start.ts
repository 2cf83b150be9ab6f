import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { folder } from "../environment.ts";
import { startSite } from "../processes.ts";
import { judged, median, type Row } from "../report.ts";

const rounds = 3;

/**
 * From `./manage start` to the first page. First on a machine that has just installed: no data, no compiled code; then
 * again.
 */
export async function start(): Promise<Row[]> {
  const [first, later]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const home = join(folder, `start-${round}`);
    // Where Node keeps what it has compiled, ours and its own.
    const temporary = join(home, "tmp");
    await mkdir(temporary, { recursive: true });
    const env = {
      DATA_DIR: join(home, "data"),
      DEMO: "true",
      TMPDIR: temporary,
      NODE_COMPILE_CACHE: join(home, "compiled"),
    };
    first.push(await timeStart(env));
    later.push(await timeStart(env));
    await rm(home, { recursive: true, force: true });
  }
  const common = { part: "start", unit: "s", target: { atMost: 5 } };
  return [
    judged({ ...common, what: "first start, with the demo", ours: median(first) }),
    judged({ ...common, what: "later start", ours: median(later) }),
  ];
}

async function timeStart(env: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  const site = await startSite({ command: ["start"], env, until: "/" });
  const seconds = (performance.now() - started) / 1000;
  await site.stop();
  return seconds;
}
