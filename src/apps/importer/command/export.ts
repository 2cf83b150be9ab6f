import { parseArgs } from "node:util";
import { UserError } from "#lib/errors.ts";
import { exportFolder, type Difference, type ExportReport } from "../export.ts";
import { exportUsage } from "./usage.ts";

/** `./manage export`: 0 when all went well, 1 when `--check` finds a difference, 2 when it was called wrongly. */
export async function runExport(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n\n./manage ${exportUsage}\n`);
    return 2;
  }
  const { folder, check, remove, quiet } = parsed;
  try {
    const report = await exportFolder(folder, { check, remove });
    process.stdout.write(printReport(report, { check, remove, quiet }));
    return check && report.differences.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

interface Arguments {
  folder: string;
  check: boolean;
  remove: boolean;
  quiet: boolean;
}

function readArguments(args: readonly string[]): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { check: { type: "boolean" }, delete: { type: "boolean" }, quiet: { type: "boolean" } },
    });
    const [folder, ...more] = positionals;
    const { check = false, delete: remove = false, quiet = false } = values;
    if (folder === undefined) return "Name the folder to write.";
    if (more.length > 0) return `One folder at a time: what is ${more.join(" ")}?`;
    if (check && remove) return "--check changes nothing, so it deletes nothing either.";
    return { folder, check, remove, quiet };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function printReport(
  { texts, pictures, differences }: ExportReport,
  { check, remove, quiet }: Omit<Arguments, "folder">,
): string {
  const words: Readonly<Record<Difference["kind"], string>> = check
    ? { differs: "differs", missing: "missing", extra: "not on the site" }
    : { differs: "updated", missing: "created", extra: remove ? "deleted" : "not on the site" };
  const lines = differences.map(
    ({ file, kind }) => `${words[kind]}  ${file.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "�")}\n`,
  );
  const same = differences.length === 0 ? "all as they are on the site" : `${differences.length} not as on the site`;
  const total = `${texts} texts and ${pictures} pictures, ${check ? same : `${same} before`}.\n`;
  return quiet && !check ? total : lines.join("") + total;
}
