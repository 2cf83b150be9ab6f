import { execFileSync } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { folder } from "../environment.ts";
import { startSite } from "../processes.ts";
import { judged, median, type Row } from "../report.ts";

const rounds = 3;
const compiler = resolve(import.meta.dirname, "../../src/compile.js");

/**
 * From `./manage start` to the first page. First on a machine that has just installed: no data, and of code what `npm ci`
 * has compiled; then again.
 */
export async function start(): Promise<Row[]> {
  const [compiling, first, later]: [number[], number[], number[]] = [[], [], []];
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
    compiling.push(timePreparation(env));
    first.push(await timeStart(env));
    later.push(await timeStart(env));
    await rm(home, { recursive: true, force: true });
  }
  const common = { part: "start", unit: "s", target: { atMost: 5 } };
  return [
    { part: "start", unit: "s", what: "what npm ci compiles", ours: median(compiling) },
    judged({ ...common, what: "first start, with the demo", ours: median(first) }),
    judged({ ...common, what: "later start", ours: median(later) }),
  ];
}

// As `npm ci` does it, after the packages.
function timePreparation(env: Readonly<Record<string, string>>): number {
  const started = performance.now();
  execFileSync(process.execPath, [compiler], { env: { ...process.env, ...env }, stdio: "inherit" });
  return (performance.now() - started) / 1000;
}

async function timeStart(env: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  const site = await startSite({ command: ["start"], env, until: "/" });
  const seconds = (performance.now() - started) / 1000;
  await site.stop();
  return seconds;
}
