import { parseArgs } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { levels } from "#apps/catalog/schema.ts";
import { accesses } from "#apps/members/members.ts";
import { UserError } from "#lib/errors.ts";
import { importFolder, type ImportOptions } from "../import.ts";
import { printReport } from "./report.ts";
import { usage } from "./usage.ts";

/** `./manage import`: 0 when all went well, 1 when something was refused, 2 when it was called wrongly, 130 after Ctrl-C. */
export async function runImport(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n\n./manage ${usage}\n`);
    return 2;
  }
  const { folder, dryRun, quiet, options } = parsed;
  const interruption = new AbortController();
  // A second Ctrl-C ends the process at once, which is safe too.
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  const bar = quiet || !process.stderr.isTTY ? undefined : startBar();
  try {
    const report = await importFolder(folder, {
      ...options,
      dryRun,
      signal: interruption.signal,
      onProgress: (done, total) => bar?.(done, total),
    });
    bar?.();
    process.stdout.write(printReport(report, { dryRun, quiet }));
    return report.interrupted ? 130 : Number(report.refused.length > 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  } finally {
    process.removeListener("SIGINT", interrupt);
    bar?.();
  }
}

interface Arguments {
  folder: string;
  dryRun: boolean;
  quiet: boolean;
  options: ImportOptions;
}

function readArguments(args: readonly string[]): Arguments | string {
  const parsed = parse(args);
  if (typeof parsed === "string") return parsed;
  const { values, positionals } = parsed;
  const [folder, ...more] = positionals;
  if (folder === undefined) return "Name the folder to import.";
  if (more.length > 0) return `One folder at a time: what is ${more.join(" ")}?`;
  const level = levels.find((candidate) => candidate === values.level);
  if (values.level !== undefined && level === undefined) return `--level must be one of ${levels.join(", ")}.`;
  const access = accesses.find((candidate) => candidate === values.access);
  if (values.access !== undefined && access === undefined) return `--access must be one of ${accesses.join(", ")}.`;
  return {
    folder,
    dryRun: values["dry-run"] ?? false,
    quiet: values.quiet ?? false,
    options: {
      authors: values.author ?? [],
      topics: values.topic ?? [],
      publish: values.publish ?? false,
      ...(level !== undefined && { level }),
      ...(access !== undefined && { access }),
      ...(values.series !== undefined && { series: values.series }),
      ...(values.map !== undefined && { map: values.map }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        author: { type: "string", multiple: true },
        topic: { type: "string", multiple: true },
        level: { type: "string" },
        access: { type: "string" },
        series: { type: "string" },
        map: { type: "string" },
        "dry-run": { type: "boolean" },
        publish: { type: "boolean" },
        quiet: { type: "boolean" },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A bar on the terminal; called without numbers it ends. */
function startBar(): (done?: number, total?: number) => void {
  const bar = new SingleBar(
    { format: "{bar} {value}/{total}  {duration_formatted}", clearOnComplete: true },
    Presets.shades_classic,
  );
  let running = false;
  return (done, total) => {
    if (done === undefined || total === undefined) {
      if (running) bar.stop();
      running = false;
    } else if (running) bar.update(done);
    else {
      bar.start(total, done);
      running = true;
    }
  };
}
