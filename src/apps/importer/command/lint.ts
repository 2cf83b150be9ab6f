import { parseArgs } from "node:util";
import { UserError } from "#lib/errors.ts";
import { lintPath, lintSite, type Linted, type Located } from "../lint.ts";
import { lintUsage } from "./usage.ts";

/** `./manage lint`: 0 when there is no error, 1 when there is one, 2 when it was called wrongly. */
export async function runLint(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n\n./manage ${lintUsage}\n`);
    return 2;
  }
  const { paths, format, rules } = parsed;
  try {
    const linted = paths.length === 0 ? [await lintSite()] : [];
    for (const path of paths) linted.push(await lintPath(path, rules === undefined ? {} : { rules }));
    const all: Linted = {
      texts: linted.reduce((sum, { texts }) => sum + texts, 0),
      findings: linted.flatMap(({ findings }) => findings),
    };
    process.stdout.write(formats[format](all));
    return all.findings.some(({ severity }) => severity === "error") ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

interface Arguments {
  paths: string[];
  format: keyof typeof formats;
  rules: string | undefined;
}

function readArguments(args: readonly string[]): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: { type: "string" }, rules: { type: "string" } },
    });
    const { format = "text", rules } = values;
    if (format !== "text" && format !== "json" && format !== "github") return "--format must be text, json or github.";
    if (rules !== undefined && positionals.length === 0) return "--rules goes with a path; entries have HOUSE_STYLE.";
    return { paths: positionals, format, rules };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const formats = {
  text: ({ texts, findings }: Linted) => {
    const lines = findings.map(
      ({ file, line, column, severity, rule, message }) =>
        `${clean(`${file}:${line}:${column}: ${severity} ${rule}: ${message}`)}\n`,
    );
    return `${lines.join("")}${counted(findings)} in ${texts} ${texts === 1 ? "text" : "texts"}.\n`;
  },
  json: ({ findings }: Linted) => `${JSON.stringify(findings, undefined, 2)}\n`,
  // https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
  github: ({ findings }: Linted) =>
    findings
      .map(({ file, line, column, severity, rule, message }) => {
        const level = severity === "hint" ? "notice" : severity;
        return `::${level} file=${property(file)},line=${line},col=${column},title=${property(rule)}::${data(message)}\n`;
      })
      .join(""),
} as const;

function counted(findings: readonly Located[]): string {
  return (["error", "warning", "hint"] as const)
    .map((severity) => {
      const count = findings.filter((finding) => finding.severity === severity).length;
      return `${count} ${severity}${count === 1 ? "" : "s"}`;
    })
    .join(", ");
}

function data(text: string): string {
  return text.replace(/[%\r\n]/g, encodeURIComponent);
}

function property(text: string): string {
  return text.replace(/[%\r\n:,]/g, encodeURIComponent);
}

/** File names and quotes come from strangers, and a terminal obeys control characters. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "�");
}
