import { execFile, execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { pinned, processorSeconds } from "./processes.ts";
import { median } from "./report.ts";

export interface Target {
  url: string;
  /** The process that answers. */
  pid: number;
  headers?: Readonly<Record<string, string>>;
}

interface Generator {
  name: string;
  /** Asks for the target over 16 connections for so many seconds; answers how many answers came. */
  run: (target: Target, seconds: number) => Promise<number>;
}

const connections = "16";
const run = promisify(execFile);

/** wrk when this machine has it, since it takes the least of the processor; else autocannon. */
export function findGenerator(): Generator {
  return has("wrk") ? { name: "wrk", run: runWrk } : { name: "autocannon", run: runAutocannon };
}

/**
 * Loads ours and the one beside it in turns, a second each, once both are warm: V8 compiles what runs often on threads of its
 * own, whose time counts. What disturbs the machine disturbs both. Answers the medians, and the median of the ratios of neighbours.
 */
export async function compareLoad(ours: Target, theirs: Target, { rounds }: { rounds: number }): Promise<Comparison> {
  const { run: load } = findGenerator();
  await load(ours, 8);
  await load(theirs, 4);
  const rate = async (target: Target): Promise<number> => {
    const before = processorSeconds(target.pid);
    const answers = await load(target, 1);
    return answers / (processorSeconds(target.pid) - before);
  };
  return compareTurns(
    rounds,
    () => rate(ours),
    () => rate(theirs),
  );
}

export interface Comparison {
  ours: number;
  theirs: number;
  ratio: number;
}

/** Measures two things in turns, each first in every other round. */
export async function compareTurns(
  rounds: number,
  measureOurs: () => Promise<number>,
  measureTheirs: () => Promise<number>,
): Promise<Comparison> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) ours.push(await measureOurs());
    theirs.push(await measureTheirs());
    if (round % 2 === 1) ours.push(await measureOurs());
  }
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  return { ours: median(ours), theirs: median(theirs), ratio: median(ratios) };
}

async function runWrk({ url, headers = {} }: Target, seconds: number): Promise<number> {
  const given = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const [file, args] = pinned("load", "wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, ...given, url]);
  const { stdout } = await run(file, args);
  const answers = /(\d+) requests in/.exec(stdout)?.[1];
  if (answers === undefined || /Non-2xx|Socket errors/.test(stdout))
    throw new Error(`Loading ${url} failed:\n${stdout}`);
  return Number(answers);
}

const autocannonResult = z.object({
  requests: z.object({ total: z.number() }),
  errors: z.number(),
  "4xx": z.number(),
  "5xx": z.number(),
});

async function runAutocannon({ url, headers = {} }: Target, seconds: number): Promise<number> {
  const program = resolve(import.meta.dirname, "../node_modules/autocannon/autocannon.js");
  const given = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const options = ["--json", "--no-progress", "-c", connections, "-d", String(seconds), ...given, url];
  const [file, args] = pinned("load", process.execPath, [program, ...options]);
  const { stdout } = await run(file, args);
  const result = autocannonResult.parse(JSON.parse(stdout));
  if (result.errors + result["4xx"] + result["5xx"] > 0) throw new Error(`Loading ${url} failed:\n${stdout}`);
  return result.requests.total;
}

function has(program: string): boolean {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
