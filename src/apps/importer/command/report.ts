import { table } from "#lib/table.ts";
import type { Report } from "../import.ts";
import type { Note } from "../planning/drafts.ts";

/** The report of an import, for a terminal. `quiet` leaves out what went well. */
export function printReport(report: Report, { dryRun, quiet }: { dryRun: boolean; quiet: boolean }): string {
  const refused = report.refused.map(({ file, line, reason }) => ["refused", at(file, line), reason]);
  const done = report.articles.map(({ draft, status }) => [status, draft.file, `${draft.path}  ${draft.title}`]);
  const skipped = report.skipped.map(({ file, reason }) => ["skipped", file, reason]);
  const rows = [...(quiet ? [] : done), ...(quiet ? [] : skipped), ...refused];
  const parts = [
    rows.length === 0
      ? ""
      : table(
          ["", "file", ""],
          rows.map((row) => row.map(clean)),
        ),
    section("Lead nowhere", report.dead),
    quiet ? "" : section("Not used", gather(report.notes)),
    section(
      "Gone from the folder, still on the site",
      report.vanished.map(({ file, path }) => ({ file, sentence: path })),
    ),
    totals(report, dryRun),
  ];
  return `${parts.filter(Boolean).join("\n")}\n`;
}

function section(title: string, notes: readonly Note[]): string {
  if (notes.length === 0) return "";
  return `${title}\n${notes.map(({ file, line, sentence }) => `  ${clean(at(file, line))}  ${clean(sentence)}\n`).join("")}`;
}

/** The same sentence about many files is one line. */
function gather(notes: readonly Note[]): Note[] {
  return [...Map.groupBy(notes, ({ sentence }) => sentence)].map(([sentence, same]) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return first ?? { file: "", sentence };
    return { file: `${first.file} and ${same.length - 1} more`, sentence };
  });
}

function totals(report: Report, dryRun: boolean): string {
  const count = (status: string): number => report.articles.filter((article) => article.status === status).length;
  const numbers = [
    `${count("created")} created`,
    `${count("updated")} updated`,
    `${count("unchanged")} unchanged`,
    `${report.refused.length} refused`,
    `${report.skipped.length} skipped`,
  ].join(", ");
  const end = report.interrupted ? " Interrupted: run it again for the rest." : "";
  const dry = dryRun ? "Dry run, nothing was written: " : "";
  return `${dry}${numbers} in ${report.seconds.toFixed(1)} s with ${report.mapping}.${end}`;
}

function at(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** Names and titles come from strangers, and a terminal obeys control characters. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "�");
}
